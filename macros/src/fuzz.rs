//! Whatever tokens come in, the macro does not panic, and what it writes can be read: random tokens, and networks that
//! were right until tokens were dropped, doubled, swapped or replaced.
//!
//! `FUZZ=50 cargo test --release -p congruent-macros fuzz` tries fifty times as many, a million.

use crate::layers::{ACTIVATIONS, ROWS, catalogue};
use core::str::FromStr;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// Networks that are right, in all forms.
const RIGHT: &[&str] = &[
    "pub struct Digits: [64] -> [10] { hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax>, }",
    "#[doc = \"x\"] #[budget(flash = 1024, ram = N)] struct A(Dense<N, { 2 * N }, a::Act>, own::Layer<3, f32>);",
    "struct Image: [1, 8, SIDE] -> [10] { #[x] pub(crate) n: LayerNorm, d: Dropout<0.5>, f: Flatten, o: Dense<_, 10> }",
    "Dense<2, 8, Tanh>, Dropout<RATE>, LayerNorm<8>, Dense<_, 2, Softmax>",
    "[2] -> [2]; Dense<_, 8, Tanh>, Relu, Dense<8, 2>",
    "struct Words: [..T] -> [2] { e: Embedding<9, 4>, a: Rnn<4, 3, Relu, return = last, truncate = 4>, o: Dense<_, 2> }",
    "[..8, 3] -> [..8, 2]; Lstm<_, 4, bidirectional = true>, TimeDistributed<Dense<8, 4, Tanh>, Dense<_, 2>>, Dropout<0.1>",
    "struct Photos: [3, 32, 32] -> [10] { c: Conv2d<3, 16, (3, 5), Relu, stride = 2, padding = (1, 2), remainder = drop>, \
     n: BatchNorm2d<16>, p: MaxPool2d<2>, s: SpatialDropout<0.1>, f: Flatten, o: Dense<_, 10, Softmax> }",
    "struct Deep: [16, 8, 8] -> [K] { a: Residual<Conv2d<16, 32, 3, stride = 2, padding = 1>, Relu, shortcut = Conv2d<16, 32, 1, \
     stride = 2, remainder = drop>>, b: Concat<Conv2d<32, 4, 1>, [DepthwiseConv2d<32, 3, padding = same>, Conv2d<_, 8, 1>]>, \
     g: GlobalAvgPool, o: Dense<12, K> }",
    "[64] -> [4, 16, 16]; Reshape<[1, 8, 8]>, ConvTranspose2d<1, 4, 2, stride = 2>, ZeroPad2d<1>, Upsample2d<2>, AvgPool2d<(2, 2)>",
    "struct Signal: [2, 128] -> [128, 3] { c: Conv1d<2, 8, K, dilation = 2, groups = 2, bias = false>, m: AvgPool1d<4>, \
     t: Gru<_, 3, truncate = 8>, l: MeanOverTime, x: LastStep }",
    "struct Gates: [4, 8, 8] -> [4] { a: GroupNorm<2>, b: Multiply<GlobalAvgPool, Dense<4, 4, Sigmoid>>, c: InstanceNorm2d<affine = true>, \
     d: Prelu<_>, e: GlobalMaxPool, f: RmsNorm<4> }",
    "struct Skips: [3, 8, 8] -> [N] { a: Conv2d<3, 4, 3, Relu, padding = same>, b: Conv2d<4, 4, 1>, c: Add(a, b), d: Concat<axis = 0>(c, input), \
     e: GlobalAvgPool(c), f: Dense<4, 4, Sigmoid>(e), g: Multiply(c, f), h: Flatten, i: Dense<256, N>(h), j: Flatten(d), k: i(h), l: Add(i, k) }",
    "pub struct Several: (image: [3, 4, 4], words: [..5]) -> (a: [N], b: [..5, 2]) { c: Conv2d<3, 4, 3>(image), f: Flatten(c), a: Dense<16, N>, \
     e: Embedding<9, 4>(words), b: TimeDistributed<Dense<4, 2, Softmax>>(e) }",
    "#[int8] struct Words: [1, 12, 8] -> [4] { a: Conv2d<1, 6, 3, padding = same, bias = false>, b: BatchNorm2d, c: Relu, d: MaxPool2d<2>, \
     e: Flatten, f: LayerNorm, g: own::Layer<3>, h: Dense<_, 4, Softmax> }",
    "struct Nested { a: crate::Other, b: Residual<Dense<16, 16, Relu>, x = 2>, c: ::other::Layer }",
];

/// Tokens that mean something to the macro, beside the names of layers and activations, or to Rust.
const WORDS: &[&str] = &[
    "struct",
    "pub",
    "Desne",
    "shortcut",
    "axis",
    "input",
    "Add",
    "Concat",
    "Multiply",
    "stride",
    "padding",
    "same",
    "drop",
    "return",
    "String",
    "N",
    "_",
    "crate",
    "self",
    "r#type",
    "match",
    "budget",
    "int8",
    "flash",
    "repr",
    "cfg",
    "enum",
    "fn",
    "where",
    "dyn",
    "nn",
    "new",
    "None",
    "let",
    "class",
    "f32",
    "Bidirectional",
    "Activation",
    "Unflatten",
    "LSTM",
    "Attention",
    "in_features",
    "units",
    "kernel_size",
    "activation",
    "return_sequences",
    "strides",
    "True",
    "valid",
    "relu",
    "AdaptiveAvgPool2d",
    "BatchNormalization",
    "Input",
    "Sequential",
    "Box",
    "Vec",
    "Reshape",
    "dropout",
    "num_layers",
    "eps",
    "def",
    "forward",
];
const NUMBERS: &[&str] =
    &["0", "1", "64", "-5", "0.5", "1e40", "3u8", "5000000000", "99999999999999999999", "\"a\"", "'c'", "'a'"];
const MARKS: &str = "<>,:;=#!-&*?.|+@$/%";

/// SplitMix64, so that every run tries the same.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }

    fn token(&mut self, depth: usize) -> TokenTree {
        match self.below(10) {
            0..=3 => {
                let names = ROWS.iter().map(|row| row.word).chain(ACTIVATIONS.iter().map(|activation| activation.word));
                let words: Vec<&str> = if self.below(3) == 0 { names.collect() } else { WORDS.to_vec() };
                let word = words[self.below(words.len())];
                match word.strip_prefix("r#") {
                    Some(raw) => Ident::new_raw(raw, Span::call_site()).into(),
                    None => Ident::new(word, Span::call_site()).into(),
                }
            }
            4 => match Literal::from_str(NUMBERS[self.below(NUMBERS.len())]) {
                Ok(literal) => literal.into(),
                Err(_) => Literal::usize_unsuffixed(7).into(),
            },
            5..=8 => {
                let mark = MARKS.as_bytes()[self.below(MARKS.len())] as char;
                let spacing = if self.below(2) == 0 { Spacing::Alone } else { Spacing::Joint };
                Punct::new(mark, spacing).into()
            }
            _ if depth == 0 => Punct::new(',', Spacing::Alone).into(),
            _ => {
                let all = [Delimiter::Brace, Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::None];
                let delimiter = all[self.below(all.len())];
                Group::new(delimiter, self.tokens(depth - 1)).into()
            }
        }
    }

    fn tokens(&mut self, depth: usize) -> TokenStream {
        (0..self.below(12)).map(|_| self.token(depth)).collect()
    }

    /// The tokens with one change somewhere.
    fn mutate(&mut self, tokens: TokenStream) -> TokenStream {
        let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
        if tokens.is_empty() {
            return core::iter::once(self.token(2)).collect();
        }
        let i = self.below(tokens.len());
        if let TokenTree::Group(group) = &tokens[i]
            && self.below(4) > 0
        {
            let inner = self.mutate(group.stream());
            tokens[i] = Group::new(group.delimiter(), inner).into();
            return tokens.into_iter().collect();
        }
        match self.below(5) {
            0 => drop(tokens.remove(i)),
            1 => tokens.insert(i, tokens[i].clone()),
            2 => tokens[i] = self.token(2),
            3 => tokens.insert(i, self.token(2)),
            _ => {
                let j = self.below(tokens.len());
                tokens.swap(i, j);
            }
        }
        tokens.into_iter().collect()
    }
}

/// How many are tried: `count`, or as many times as `FUZZ` says.
fn rounds(count: usize) -> usize {
    std::env::var("FUZZ").ok().and_then(|times| times.parse::<usize>().ok()).map_or(count, |times| times * count)
}

/// Asserts that what the macro makes of the tokens is items or a type.
fn assert_readable(tokens: TokenStream) {
    let written = tokens.to_string();
    let expansion = crate::network_tokens(quote::quote!(krate #tokens));
    let items = syn::parse2::<syn::File>(expansion.clone());
    let ty = syn::parse2::<syn::Type>(expansion.clone());
    if let (Err(error), Err(_)) = (items, ty) {
        panic!("{error}\nin the expansion\n{expansion}\nof\n{written}");
    }
}

#[test]
fn right_networks_expand() {
    for network in RIGHT {
        assert_readable(network.parse().expect("tokens"));
    }
}

#[test]
fn random_tokens_are_answered() {
    let mut random = Random(1);
    for _ in 0..rounds(6000) {
        assert_readable(random.tokens(3));
    }
}

#[test]
fn random_tokens_within_a_network_are_answered() {
    let mut random = Random(2);
    for i in 0..rounds(6000) {
        let tokens = random.tokens(3);
        let network = match i % 8 {
            0 => quote::quote!(struct Digits { #tokens }),
            1 => quote::quote!(struct Digits(Dense<#tokens>);),
            2 => quote::quote!(struct Digits: #tokens { a: Dense<2, 3> }),
            3 => quote::quote!(struct Photos: [3, 8, 8] -> [2, 8, 8] { a: Conv2d<3, 2, #tokens> }),
            4 => quote::quote!(struct Photos: [3, 8, 8] -> [3, 8, 8] { a: Residual<#tokens>, b: Concat<#tokens> }),
            5 => quote::quote!(struct Sensor: [..8, 3] -> [4] { a: Gru<3, 4, #tokens> }),
            6 => quote::quote!(struct Sensor: [#tokens] -> [4] { a: TimeDistributed<#tokens>, b: LastStep }),
            _ => quote::quote!(Dense<2, #tokens>),
        };
        assert_readable(network);
    }
}

#[test]
fn networks_with_slips_are_answered() {
    let mut random = Random(3);
    let right: Vec<String> =
        RIGHT.iter().map(|network| network.to_string()).chain(catalogue().into_iter().map(|row| row.1)).collect();
    for i in 0..rounds(8000) {
        let mut tokens: TokenStream = right[i % right.len()].parse().expect("tokens");
        for _ in 0..=random.below(3) {
            tokens = random.mutate(tokens);
        }
        assert_readable(tokens);
    }
}
