//! The code of some networks, as it is written today: a change of the macro shows here what it changes for programs.
//!
//! After a change that is meant: `BLESS=1 cargo test -p congruent-macros golden`, then read the difference.

use core::fmt::Write;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::fs;
use std::path::Path;
use syn::Item;

/// Those of which all code is compared. Of the others, the types of the layers and the checks: the rest follows from these.
const WHOLE: &[&str] = &["frozen", "graph", "int8", "several", "type_form", "wrong"];

/// Networks, each with the name of its file under `golden/`.
const NETWORKS: &[(&str, &str)] = &[
    (
        "dense",
        "pub struct Digits: [64] -> [10] { hidden: Dense<64, 32, Relu>, drop: Dropout<0.2>, output: Dense<_, 10, Softmax> }",
    ),
    (
        "cnn",
        "struct Photos: [3, 32, 32] -> [10] { conv: Conv2d<3, 16, (3, 5), Relu, stride = 2, padding = (1, 2), remainder = drop>, \
         norm: BatchNorm2d, pool: MaxPool2d<2>, deep: DepthwiseConv2d<_, 3, padding = same>, up: ConvTranspose2d<16, 4, 2, stride = 2>, \
         flat: Flatten, output: Dense<_, 10, Softmax> }",
    ),
    (
        "constants",
        "struct Named: [1, SIDE, SIDE] -> [CLASSES] { conv: Conv2d<1, FILTERS, KERNEL, Relu, stride = 2, groups = GROUPS>, \
         flat: Flatten, hidden: Dense<_, { 2 * CLASSES }>, output: Dense<HIDDEN, CLASSES> }",
    ),
    (
        "composed",
        "struct Blocks: [16, 8, 8] -> [16, 8, 8] { first: Residual<Conv2d<16, 16, 3, padding = same>, Relu>, \
         second: Concat<Conv2d<16, 4, 1>, [Conv2d<16, 8, 1>, Conv2d<8, 12, 3, padding = 1>]> }",
    ),
    (
        "recurrent",
        "struct Sensor: [..20, 3] -> [4] { both: Lstm<3, 8, bidirectional = true>, each: TimeDistributed<Dense<16, 6, Tanh>>, \
         norm: LayerNorm, last: Gru<6, UNITS, return = last, truncate = 8>, output: Dense<_, 4, Softmax> }",
    ),
    (
        "attention",
        "struct Reader: [..12] -> [2] { words: Embedding<1000, 16>, place: PositionalEncoding, body: TransformerEncoder<16, 4, 64, Gelu, dropout = 0.1>, \
         heads: MultiHeadAttention<16, HEADS, causal = true>, mean: MeanOverTime, output: Dense<16, 2> }",
    ),
    (
        "translator",
        "struct Translator { model: EncoderDecoder<[Embedding<48, 64>, Gru<64, 32, bidirectional = true>], \
         CopyingDecoder<48, 64, UNITS, score = Dot>, source = 12, target = 24> }",
    ),
    ("type_form", "[2] -> [2]; Dense<_, 8, Tanh>, Relu, Dense<8, 2>"),
    ("custom", "struct Mine(own::Scale<3>, Dense<_, 4, own::Act>, Residual<own::Scale<4>, shortcut = Dense<4, 4>>);"),
    (
        "frozen",
        "#[budget(flash = 1024, ram = N)] pub struct Tuned: [8] -> [2] { #[frozen] body: Dense<8, 8, Relu>, pub head: Dense<8, 4>, \
         #[frozen] middle: Dense<4, 4>, output: Dense<4, 2> }",
    ),
    (
        "graph",
        "struct Skips: [8] -> [12] { hidden: Dense<8, 8, Relu>, drop: Dropout<0.5>(hidden), same: Add(drop, input), again: hidden(same), \
         gate: Dense<8, 8, Sigmoid>(same), gated: Multiply(again, gate), small: Dense<8, 4>, output: Concat(small, same) }",
    ),
    (
        "several",
        "pub struct Player: (seen: [8], speed: [SPEEDS]) -> (policy: [4], value: [1]) { body: Dense<8, 8, Tanh>(seen), joined: Concat(body, speed), \
         trunk: Dense<_, 16, Relu>, policy: Dense<16, 4, Softmax>(trunk), value: Dense<16, 1>(trunk) }",
    ),
    (
        "int8",
        "#[int8] pub struct Words: [1, 12, 8] -> [4] { pub conv: Conv2d<1, 6, 3, padding = same, bias = false>, norm: BatchNorm2d, act: Relu, \
         drop: Dropout<0.1>, pool: MaxPool2d<2>, flat: Flatten, output: Dense<_, 4, Softmax> }",
    ),
    (
        "wrong",
        "struct Wrong: [8] -> [2] { hidden: Dense<8, 4, Rleu>, other: Dense<5, 3>, flat: Flatten<2>, output: Dense<3, 3> }",
    ),
];

/// Tokens, a line for each statement and each field.
fn write(tokens: TokenStream, indent: usize, text: &mut String) {
    let start = |text: &mut String, indent: usize| {
        if !text.is_empty() {
            let _ = write!(text, "\n{:indent$}", "");
        }
    };
    let mut run = TokenStream::new();
    let flush = |run: &mut TokenStream, text: &mut String| {
        text.push_str(&core::mem::take(run).to_string());
    };
    for token in tokens {
        match token {
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Brace && group.stream().into_iter().count() > 6 =>
            {
                flush(&mut run, text);
                text.push_str(" {");
                start(text, indent + 2);
                write(group.stream(), indent + 2, text);
                start(text, indent);
                text.push('}');
                start(text, indent);
            }
            TokenTree::Punct(punct) if matches!(punct.as_char(), ';' | ',') => {
                run.extend([TokenTree::from(punct)]);
                flush(&mut run, text);
                start(text, indent);
            }
            other => run.extend([other]),
        }
    }
    flush(&mut run, text);
}

/// The types of the layers, and the checks of them.
fn types_and_checks(tokens: TokenStream) -> TokenStream {
    let file: syn::File = syn::parse2(tokens).expect("items");
    let checks = |item: syn::ItemConst| match *item.expr {
        syn::Expr::Block(block) => block.block.stmts,
        _ => Vec::new(),
    };
    file.items
        .into_iter()
        .flat_map(|item| match item {
            Item::Type(_) => vec![item],
            Item::Const(block) => {
                let items = checks(block).into_iter().filter_map(|statement| match statement {
                    syn::Stmt::Item(item @ Item::Const(_)) => Some(item),
                    _ => None,
                });
                items.collect()
            }
            _ => Vec::new(),
        })
        .map(|item| item.into_token_stream())
        .collect()
}

/// Without the spaces that nobody would write.
fn tidy(line: &str) -> String {
    let spaces =
        [(" :: ", "::"), (":: ", "::"), (" ;", ";"), (" ,", ","), ("( ", "("), (" )", ")"), (" (", "("), ("# [", "#[")];
    spaces.iter().fold(line.trim_end().to_string(), |line, (from, to)| line.replace(from, to))
}

#[test]
fn networks_expand_as_before() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    for (name, network) in NETWORKS {
        let tokens: TokenStream = network.parse().expect("tokens");
        let mut text = String::new();
        let expansion = crate::network_tokens(quote!(krate #tokens));
        write(if WHOLE.contains(name) { expansion } else { types_and_checks(expansion) }, 0, &mut text);
        let lines: Vec<String> = text.lines().map(tidy).filter(|line| !line.is_empty()).collect();
        let text = format!("// {network}\n\n{}\n", lines.join("\n"));
        let path = folder.join(name).with_extension("txt");
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(&folder).expect("a writable folder");
            fs::write(&path, &text).expect("a writable file");
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        let differs = text.lines().zip(written.lines()).find(|(now, before)| now != before);
        assert!(
            text == written,
            "{name} expands to other code; the first line that differs: {differs:?}\nsee `golden.rs`"
        );
    }
}
