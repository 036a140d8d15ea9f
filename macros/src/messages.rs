//! Every sentence that `network!` can say: lower case, no full stop, code in backticks, the cure at the end.

use proc_macro2::Ident;

use crate::model::Flow;
use crate::sentence::{Holds, Sentence, say};
use crate::shape::Size;
use crate::words::list;

pub const GENERICS: &str = "a network has no generic parameters: its sizes are numbers or constants\n\
    help: write a constant, `const HIDDEN: usize = 32;`, and use it as a size";
pub const BODY: &str = "expected the layers: `{ name: Layer, ... }` or `(Layer, ...);`";
pub const ARROW: &str = "expected `->` between what comes in and what goes out\nhelp: write `[64] -> [10]`";
pub const SIZES: &str = "expected `,` between the sizes of a shape\nhelp: write `[3, 28, 28]`, the outermost first";
pub const RANK: &str = "a shape has at most 6 sizes\nhelp: write their product in place of some: `[16, 784]`";
pub const ITSELF: &str = "a network cannot be a layer of itself\nhelp: write another network, or its layers";
pub const ARGUMENT: &str = "expected an argument: a size, an activation or a layer\n\
    help: write one here, or leave out the comma before it";
pub const HALF_A_SETTING: &str = "expected `=` and a value after `return`\nhelp: write `return = last`";
pub const ARRAY: &str = "a shape is written as its sizes alone, the outermost first";
pub const REFERENCE: &str = "a network owns its layers\nhelp: leave out `&`";
pub const VALUE: &str = "a layer has no value: parameters are drawn or read when the program runs\nhelp: leave it out";
pub const AFTER_END: &str =
    "the network ends before this\nhelp: leave it out; each network has a `network!` of its own";
pub const TYPE_ATTRIBUTE: &str = "a network without a name has no attributes\n\
    help: give it a name: `struct Name(...);`";
pub const TYPE_MAPPING: &str = "expected `;` after the mapping: `network![[784] -> [10]; Dense<_, 10>]`";
pub const BUDGET: &str = "a budget limits `flash`, `ram` or `macs`\n\
    help: write `#[budget(flash = 32 * 1024, ram = 8 * 1024, macs = 2_000_000)]`, or some of these";
pub const EMPTY: &str = "a network has at least one layer\nhelp: write `Dense<4, 2>`, 4 inputs and 2 outputs";
pub const EMPTY_SHAPE: &str = "a shape has at least one size\nhelp: write `[1]` for a single number";
pub const AT_MOST_HOW_MANY: &str =
    "expected the most steps that a sequence may have\nhelp: write `[..12]` for up to 12 steps";
pub const AT_MOST_FIRST: &str = "only the first size may be the most that there are: the steps of a sequence\n\
    help: write `[..12, 8]` for up to 12 steps of 8 numbers";
pub const MAPPING: &str = "expected a mapping: `[64] -> [10]`, the shape that comes in and the shape that goes out";
pub const LAYER: &str = "expected a layer, for example `Dense<64, 32, Relu>`";
pub const ARGUMENT_END: &str = "expected `,` or `>` after an argument\n\
    help: a size that is computed goes into braces: `{ 2 * N }`";
pub const FROZEN_ARGUMENTS: &str = "`#[frozen]` takes no argument\n\
    help: write `#[frozen]` above each layer that keeps its parameters, and nothing above the others";
pub const FROZEN_TYPE: &str = "a network without a name has no frozen layers\n\
    help: give it a name: `struct Name(#[frozen] Layer, ...);`";
pub const ALL_FROZEN: &str = "with this layer frozen too, the network has nothing to learn\n\
    help: leave `#[frozen]` off the layers that are to learn; a network that only infers needs none";

pub const NO_STRUCT: &str =
    "expected `struct`\nhelp: write `struct Name { name: Layer, ... }`, or a list of layers as a type";
pub const REPR: &str = "a network has a layout of its own: its layers one after the other, `repr(C)`\n\
    help: leave the attribute out";
pub const CONDITIONAL: &str = "a layer cannot be conditional\n\
    help: declare the network twice, each under a `#[cfg(...)]` of its own";
/// Of two activations that make shares of one, one right after the other.
pub fn softmax_twice(first: &str, second: &str) -> String {
    let what = match (first == second, first) {
        (true, "Softmax") => "a second `Softmax` right after the first makes the outputs nearly even".into(),
        (true, _) => format!("a second `{first}` right after the first changes nothing"),
        (false, "Softmax") => format!("`{second}` right after `Softmax` makes the outputs nearly even"),
        (false, _) => format!("`{second}` right after `{first}` gives what it gives alone"),
    };
    format!("{what}\nhelp: leave one of the two out")
}

pub fn softmax_inside(word: &str, shorter: &str) -> String {
    let shares = if word == "Softmax" { "shares of one" } else { "logarithms of shares of one" };
    format!(
        "`{word}` belongs at the end: here it squeezes what flows into {shares}\n\
         help: write `Relu` or another activation; if it is meant, make it a layer of its own: `{shorter}`, then `{word}`"
    )
}

pub fn no_layer(found: &str) -> String {
    format!("`{found}` is not a layer\nhelp: write a layer, for example `Dense<64, 32, Relu>`")
}

pub fn budget_without_limit(key: &Ident) -> String {
    let example = if key == "macs" { "2_000_000" } else { "32 * 1024" };
    format!("a budget says how much\nhelp: write `{key} = {example}`")
}

pub fn budget_twice(key: &Ident) -> String {
    format!("`{key}` is limited twice\nhelp: keep one of the two")
}

pub fn missing_comma(layer: &str) -> String {
    format!("expected a comma after `{layer}`\nhelp: write `{layer},`")
}

pub fn second_name(name: &str) -> String {
    format!("expected a comma after `{name}`: a layer has one name\nhelp: leave out one of the two")
}

pub fn missing_colon(name: &Ident, layer: &str) -> String {
    format!("expected `:` and a layer after the name `{name}`\nhelp: write `{name}: {layer}`")
}

pub fn missing_name(layer: &str) -> String {
    format!("a layer in braces has a name\nhelp: write `hidden: {layer}`, or all layers without names in parentheses")
}

/// `braces` is what stands in them, where all layers have names.
pub fn name_by_position(layer: &str, braces: Option<&str>) -> String {
    let cure = match braces {
        Some(layers) => format!("write `{{ {layers} }}`"),
        None if layer.is_empty() => "leave the name out".into(),
        None => format!("write `{layer}`, or `struct Name {{ ... }}` with a name for each layer"),
    };
    format!("layers in parentheses have no names\nhelp: {cure}")
}

pub const TWO_CLOSED: &str = "nothing is open that this `>` closes\nhelp: leave it out";
pub const ATTRIBUTE_OF_NOTHING: &str = "no layer comes after this\n\
    help: write it above the layer that it is about, or with `//` if it is about none";

pub fn not_struct(word: &Ident, name: &Ident) -> String {
    format!("a network is a `struct`, but `{word}` was found\nhelp: write `struct {name}`")
}

/// What is wrong with a mapping, and the mapping as it was meant.
pub fn mapping_slip(slip: &str, mapping: &str) -> String {
    format!("{slip}\nhelp: write `{mapping}`")
}

pub fn mapping_without_colon(mapping: &str) -> String {
    format!("expected `:` before the mapping\nhelp: write `: {mapping}`")
}

pub const ANOTHER_ARROW: &str = "expected `->` between what comes in and what goes out";
pub const BATCH: &str = "a mapping is that of one sample: how many there are in a batch is no part of it";
pub const UNBRACKETED: &str = "a shape stands in brackets";

pub const MACRO: &str = "a layer is a type with a name, and no call of a macro\n\
    help: give it a name, `type Body = network![...];`, and write the name here";

pub const BUDGET_OF_LAYER: &str = "a budget is that of the whole network\n\
    help: write it above `struct`";

pub fn parentheses(layer: &str, args: &str) -> String {
    let args = if args.is_empty() { String::new() } else { format!("<{args}>") };
    format!("the arguments of a layer stand between `<` and `>`\nhelp: write `{layer}{args}`")
}

pub fn expected(what: &str) -> String {
    let example = if what.contains("layer") { "hidden: Dense<64, 32, Relu>" } else { "struct Digits { ... }" };
    format!("expected {what}\nhelp: write `{example}`")
}

/// What stands after `struct`.
pub const NETWORK_NAME: &str = "the network's name";

pub fn keyword(word: &Ident, what: &str) -> String {
    let cure = if word == "_" { "hidden".into() } else { format!("{word}_") };
    format!("`{word}` is a word of the language and cannot be {what}\nhelp: write `{cure}` or another name")
}

pub fn duplicate(name: &Ident) -> String {
    format!("a second layer is named `{name}`\nhelp: give each layer a name of its own")
}

/// What to write where a layer takes another number than `gives`. `around` is the layer as written, before and after the number.
fn takes_what_comes_in(gives: &Size, [start, end]: &[String; 2]) -> Sentence {
    say!["\nhelp: write `", start, gives, end, "`, or `", start, "_", end, "` to take what comes in"]
}

/// A layer that takes another number of inputs than it is given.
pub fn inputs(layer: &str, takes: &Size, before: &str, gives: &Size, around: &[String; 2]) -> Sentence {
    let (takes, cure) = (Sentence::counted(takes, "input"), takes_what_comes_in(gives, around));
    say![layer, " takes ", takes, ", but ", before, " gives ", gives, cure]
}

/// As [`inputs`], of a layer that takes rows.
pub fn rows(layer: &str, takes: &Size, before: &str, gives: &Size, around: &[String; 2]) -> Sentence {
    let cure = takes_what_comes_in(gives, around);
    say![layer, " takes rows of ", takes, ", but ", before, " gives rows of ", gives, cure]
}

/// A layer for vectors after something that is none. `each` is the layer as it is written, if what comes may be a sequence.
pub fn not_a_vector(layer: &str, before: &str, shape: impl Into<Sentence>, each: Option<&str>) -> Sentence {
    let cure = match each {
        None => "insert `Flatten` before it".into(),
        Some(each) => format!(
            "insert `Flatten` before it; or, if that is a sequence, `LastStep` or `MeanOverTime`,\n\
             or write `TimeDistributed<{each}>` to have it at each step"
        ),
    };
    say![layer, " takes a vector, but ", before, " gives the shape ", shape.into(), "\nhelp: ", cure]
}

/// A layer for shapes of one size after a sequence of any length. `written` is the layer as it is written.
pub fn not_of_any_length(layer: &str, before: &str, shape: impl Into<Sentence>, written: &str) -> Sentence {
    let cure = if written.starts_with("Dense<") {
        format!(
            "insert `LastStep` or `MeanOverTime` before it, or write `TimeDistributed<{written}>` to have it at each step"
        )
    } else if written == "Flatten" {
        "write `LastStep` or `MeanOverTime` in its place, or the mapping without `..`, for sequences of one length"
            .into()
    } else {
        "write the mapping without `..`, for sequences of one length".into()
    };
    say![layer, " takes one size, but ", before, " gives a sequence of any length, ", shape.into(), "\nhelp: ", cure]
}

pub fn sequence_first(layer: &str, features: Option<u64>) -> String {
    let features = features.unwrap_or(8);
    format!(
        "{layer} takes a sequence, but it comes first and nothing says how long\n\
         help: write a mapping after the network's name: `: [32, {features}] -> [10]` for 32 steps, `: [..32, {features}] -> [10]` for up to 32"
    )
}

pub fn tokens_first(layer: &str) -> String {
    format!(
        "{layer} takes tokens, but it comes first and nothing says how many\n\
         help: write a mapping after the network's name: `: [32] -> [10]` for 32 tokens, `: [..32] -> [10]` for up to 32"
    )
}

/// `steps` is how many there are of what a mapping says.
pub fn not_tokens(layer: &str, before: &str, shape: &str, steps: Option<u64>) -> String {
    let cure = match steps {
        Some(steps) => {
            format!("write how many tokens there are in the mapping, `[{steps}]`, or `[..{steps}]` for up to so many")
        }
        None => "put it first, after a mapping as `[32] -> [10]` or `[..32] -> [10]`".into(),
    };
    format!("{layer} takes a sequence of tokens, but {before} gives {shape}\nhelp: {cure}")
}

pub fn not_frozen(found: &str) -> String {
    format!("no attribute of a layer is named `{found}`; did you mean `frozen`?\nhelp: write `#[frozen]`")
}

/// A layer over sequences after a vector or an image. `first` is whether it is what the network takes, `tokens` whether these are
/// what comes in.
pub fn not_a_sequence(
    layer: &str,
    before: &str,
    shape: &str,
    [vector, first, tokens]: [bool; 3],
    reshaped: Option<String>,
) -> String {
    let all = if tokens {
        "put a layer before it that gives tokens their vectors, such as `Embedding<48, 64>`"
    } else if first {
        "write steps and features in the mapping, as in `[32, 6] -> [10]`, or put `Embedding<1000, 64>` first for tokens"
    } else {
        "have a layer before it give all its steps, without `return = last`"
    };
    let cure = match (vector, reshaped) {
        (true, None) => all.into(),
        (true, Some(reshaped)) => format!("{all}, or insert `{reshaped}`"),
        (false, reshaped) => format!("insert `{}` before it", reshaped.as_deref().unwrap_or("Reshape<[28, 28]>")),
    };
    format!("{layer} takes a sequence, `[steps, features]`, but {before} gives {shape}\nhelp: {cure}")
}

/// `LastStep` and its like after a vector.
pub fn no_steps(layer: &str, before: &str, shape: &str, written: &str) -> String {
    let within = written.strip_prefix("TimeDistributed<").and_then(|rest| rest.strip_suffix('>'));
    let cure = within.map_or("leave it out".into(), |within| format!("write `{within}` by itself"));
    format!("{layer} takes a sequence, but {before} gives {shape}, which has no steps\nhelp: {cure}")
}

/// As [`inputs`], of a layer over sequences.
pub fn features(layer: &str, takes: &Size, before: &str, gives: &Size, around: &[String; 2]) -> Sentence {
    let (takes, cure) = (Sentence::counted(takes, "feature"), takes_what_comes_in(gives, around));
    say![layer, " takes ", takes, " at each step, but ", before, " gives ", gives, cure]
}

pub fn not_from_its_output(activation: &str) -> String {
    format!(
        "the derivative of `{activation}` cannot be told from its output, which is all that an `Rnn` remembers\n\
         help: write `Tanh`, `Relu` or another activation whose derivative can"
    )
}

pub fn not_one_of(setting: &str, words: &[&str], found: &str) -> String {
    let words = list(words).replace(", ", " or ");
    format!("`{setting}` is {words}, but `{found}` was found\nhelp: write one of these, or leave it out")
}

pub fn padding(found: &str) -> String {
    format!("`padding` is a number or `same`, but `{found}` was found\nhelp: write `padding = same`")
}

/// `tokens` is whether the layer takes tokens and the mapping has numbers.
pub fn mapping_input(shape: &Flow, layer: &str, takes: &Flow, tokens: Holds) -> Sentence {
    let cure = Sentence::either(
        tokens,
        say!["leave the mapping out: the layer says what comes in"],
        say!["write `", takes, "` here, or make ", layer, " take ", shape],
    );
    say!["the network takes ", shape, ", but ", layer, ", its first layer, takes ", takes, "\nhelp: ", cure]
}

pub fn mapping_output(shape: impl Into<Sentence>, layer: &str, gives: impl Into<Sentence>) -> Sentence {
    let (shape, gives) = (shape.into(), gives.into());
    say![
        "the network gives ",
        shape.clone(),
        ", but ",
        layer,
        ", its last layer, gives ",
        gives.clone(),
        "\nhelp: write `",
        gives,
        "` here, or make ",
        layer,
        " give ",
        shape
    ]
}

pub fn infer_first(layer: &str) -> String {
    format!(
        "{layer} takes what comes in, but it comes first and nothing says what that is\n\
         help: write its size in place of `_`, or a mapping after the network's name: `: [64] -> [10]`"
    )
}

pub fn shape_first(layer: &str) -> String {
    format!(
        "{layer} takes any shape, but it comes first and nothing says which\n\
         help: write a mapping after the network's name: `: [64] -> [10]`"
    )
}

pub fn zero(what: &str) -> String {
    format!("{what} cannot be zero\nhelp: write a number of 1 or more")
}

pub fn negative(what: &str, number: &str) -> String {
    format!("{what} cannot be negative\nhelp: write `{}`", number.trim_start_matches('-'))
}

pub fn too_large(number: &str) -> String {
    format!("{number} is too large for a size\nhelp: write a number of at most 4294967295, or the name of a constant")
}

pub fn not_a_size(what: &str, found: &str) -> String {
    format!("{what} is a whole number, but `{found}` was found\nhelp: write a number, as 32, or the name of a constant")
}

/// `pair` is whether there can be one number for each direction.
pub fn not_a_window(what: &str, found: &str, pair: bool) -> String {
    let inner: Vec<&str> = found.trim_matches(['[', ']', '(', ')', ' ']).split(',').map(str::trim).collect();
    let cure = match inner[..] {
        [height, width] if pair => format!("`({height}, {width})`"),
        _ if pair => "`3`, or `(3, 5)` where height and width differ".into(),
        _ => "`3`".into(),
    };
    format!("{what} is a whole number, but `{found}` was found\nhelp: write {cure}")
}

pub const VALID: &str = "`padding` is a number or `same`, but `valid` was found: none is meant by leaving it out";

/// A mapping whose image or signal has its channels last.
pub fn channels_last(found: &str, layer: &str, image: bool, first: &str) -> String {
    let planes = if image { "an image" } else { "a signal" };
    format!(
        "the network takes {found}, but {layer}, its first layer, takes {planes} whose channels come first\n\
         help: write `{first}` here"
    )
}

pub fn activation_as_size(what: &str, found: &str) -> String {
    format!(
        "{what} was expected, but the activation `{found}` was found\n\
         help: write a number, as 32; an activation is the last of a layer's arguments without names"
    )
}

pub fn not_an_activation(found: &str, known: &[&str]) -> String {
    format!("expected an activation, but `{found}` was found\nhelp: write one of {}", list(known))
}

pub fn arguments(layer: &str, wanted: &str, example: &str) -> String {
    format!("`{layer}` takes {wanted}\nhelp: write `{example}`")
}

pub fn no_settings(layer: &str, setting: &Ident) -> String {
    format!("`{layer}` has no setting `{setting}`: it has no settings at all\nhelp: leave it out")
}

/// An argument with a name, to a layer whose arguments have none.
pub fn by_position(layer: &str, setting: &Ident, example: &str) -> String {
    format!("`{layer}` has no setting `{setting}`: its arguments have no names\nhelp: write `{example}`")
}

pub fn unknown(kind: &str, found: &str, similar: &str) -> String {
    format!(
        "no {kind} is named `{found}`; did you mean `{similar}`?\nhelp: if `{found}` is your own, write its path: `self::{found}`"
    )
}

pub fn rate(found: Sentence, example: &str) -> Sentence {
    say!["a dropout rate is a number from 0 to below 1, but ", found, " was found\nhelp: write `", example, "`"]
}

pub fn infer_own(layer: &str) -> String {
    format!("`{layer}` is not built in, so `_` cannot stand for what comes in\nhelp: write the size")
}

pub fn unknown_setting(layer: &str, setting: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return format!("`{layer}` has no setting `{setting}`; it has none\nhelp: leave it out");
    }
    format!("`{layer}` has no setting `{setting}`\nhelp: write one of {}, or leave it out", list(known))
}

pub fn setting_twice(setting: &str) -> String {
    format!("`{setting}` is set twice\nhelp: keep one of the two")
}

pub fn not_a_flag(setting: &str, found: &str) -> String {
    format!("`{setting}` is `true` or `false`, but `{found}` was found\nhelp: write `{setting} = false`")
}

pub fn not_the_word(setting: &str, word: &str, found: &str) -> String {
    format!(
        "`{setting}` can only be `{word}`, but `{found}` was found\nhelp: write `{setting} = {word}`, or leave it out"
    )
}

fn planes(image: bool) -> &'static str {
    if image { "an image, `[channels, height, width]`" } else { "a signal, `[channels, length]`" }
}

pub fn planes_first(layer: &str, image: bool, channels: Option<u64>) -> String {
    let channels = channels.unwrap_or(1);
    let shape = if image { format!("[{channels}, 28, 28]") } else { format!("[{channels}, 128]") };
    format!(
        "{layer} takes {}, but it comes first and nothing says how large\n\
         help: write a mapping after the network's name: `: {shape} -> [10]`",
        planes(image)
    )
}

/// `reshaped` is a shape of as many numbers.
pub fn not_planes(
    layer: &str,
    image: bool,
    before: &str,
    shape: impl Into<Sentence>,
    reshaped: Option<String>,
) -> Sentence {
    let cure = reshaped.unwrap_or_else(|| if image { "[1, 28, 28]" } else { "[1, 128]" }.into());
    let gives = say![layer, " takes ", planes(image), ", but ", before, " gives the shape ", shape.into()];
    say![gives, "\nhelp: insert a `Reshape` before it, for example `Reshape<", cure, ">`"]
}

/// As [`inputs`], of a layer over images or signals.
pub fn channels(layer: &str, takes: &Size, before: &str, gives: &Size, around: &[String; 2]) -> Sentence {
    let (takes, cure) = (Sentence::counted(takes, "channel"), takes_what_comes_in(gives, around));
    say![layer, " takes ", takes, ", but ", before, " gives ", gives, cure]
}

/// "what `pool` before it gives", or "the network's input".
pub fn gives(before: &str) -> String {
    if before.starts_with('`') { format!("what {before} gives") } else { before.into() }
}

/// The windows of a layer along one side.
pub struct Windows<'a> {
    pub layer: &'a str,
    pub before: &'a str,
    pub extent: &'a Size,
    pub input: &'a Size,
}

/// `word` is how far they go, "high". `padded` is the input with its padding, and whether it has any; then the largest kernel that fits, and
/// the padding with which this one does.
pub fn window_too_large(
    windows: &Windows,
    word: &str,
    (padding, padded): (Holds, &Size),
    [most, more]: [&Size; 2],
) -> Sentence {
    let Windows { layer, before, extent, input } = *windows;
    let with = Sentence::either(padding, say![", ", padded, " with its padding"], say![]);
    let has = say![layer, " has windows ", extent, " ", word, ", but ", gives(before), " is ", input, " ", word, with];
    say![has, "\nhelp: write a kernel of at most ", most, ", or `padding = ", more, "`"]
}

/// `most` is the largest padding.
pub fn too_much_padding(layer: &str, [padding, extent, most]: [&Size; 3]) -> Sentence {
    say![
        layer,
        " has windows of ",
        extent,
        " in padding of ",
        padding,
        ", so that some see nothing but zeros\n\
         help: write a padding of at most ",
        most
    ]
}

/// `one` is whether only one is left out; `dropped` the layer with its remainder dropped.
pub fn remainder(
    windows: &Windows,
    stride: &Size,
    (one, left): (Holds, &Size),
    counted: &str,
    dropped: &str,
) -> Sentence {
    let Windows { layer, extent, input, .. } = *windows;
    let last = Sentence::either(one, say!["last"], say!["last ", left]);
    say![
        layer,
        " has windows of ",
        extent,
        " in steps of ",
        stride,
        ", which leave out the ",
        last,
        " of ",
        input,
        " ",
        counted,
        "\nhelp: write `",
        dropped,
        "` if that is meant, or choose sizes that leave nothing out"
    ]
}

/// `fit` is the most groups that divide both.
pub fn groups(layer: &str, [groups, channels, filters, fit]: [&Size; 4]) -> Sentence {
    let has = say![
        layer,
        " has ",
        groups,
        " groups, which do not divide its ",
        channels,
        " channels and ",
        filters,
        " filters"
    ];
    say![has, "\nhelp: write a number that divides both, as `groups = ", fit, "`"]
}

/// `written` is the branch, a layer or a list of these in brackets.
pub fn branch_unknown(written: &str) -> String {
    let layers = written.trim_start_matches('[').trim_end_matches(']');
    format!(
        "a branch ends with a layer that is built in, so that its shape is known\n\
         help: say its shape after it, in brackets: `[{layers}, Reshape<[8, 14, 14]>]`"
    )
}

pub fn branches(layer: &str, [one, other]: &[String; 2], [first, second]: [Sentence; 2]) -> Sentence {
    say![
        layer,
        " puts channels together, but ",
        other,
        " gives the shape ",
        second,
        " and ",
        one,
        " gives ",
        first,
        "\nhelp: give both the same height and width, for example by `padding = same`"
    ]
}

/// `given` and `held` are the numbers of both shapes.
pub fn reshape(layer: &str, gives: &Flow, before: &str, comes: &Flow, [given, held]: [&Size; 2]) -> Sentence {
    let shape = say![layer, " gives the shape ", gives, " of ", given, " numbers, but ", before];
    say![shape, " gives ", comes, ", which has ", held, "\nhelp: write a shape of ", held, " numbers"]
}

/// `fit` is the largest number of groups, at most as many, that divides the channels.
pub fn groups_of_channels(layer: &str, [groups, channels, fit]: [&Size; 3]) -> Sentence {
    let groups = Sentence::counted(groups, "group");
    say![
        layer,
        " has ",
        groups,
        ", which do not divide its ",
        channels,
        " channels\nhelp: write a number that does, as `GroupNorm<",
        fit,
        ">`"
    ]
}

pub fn no_variance(layer: &str) -> String {
    format!(
        "{layer} would normalise each number for itself, which leaves nothing of it\n\
         help: leave it out, or put it where a channel has several numbers"
    )
}

/// `given` is what the layers of a product give.
pub fn product(layer: &str, input: impl Into<Sentence>, given: impl Into<Sentence>) -> Sentence {
    say![
        layer,
        " multiplies what comes in, ",
        input.into(),
        ", with what its layers give, ",
        given.into(),
        "\nhelp: make the last of its layers give what comes in, or one number for each channel"
    ]
}

pub fn residual(
    layer: &str,
    from: impl Into<Sentence>,
    to: impl Into<Sentence>,
    has_shortcut: bool,
    cure: Option<String>,
) -> Sentence {
    let (what, cure) = match (has_shortcut, cure) {
        (true, Some(cure)) => ("what its shortcut gives", format!("write `{cure}`")),
        (true, None) => ("what its shortcut gives", "make the two the same".into()),
        (false, Some(cure)) => ("what comes in", format!("write `{cure}` as its last argument")),
        (false, None) => {
            ("what comes in", "make the last of its layers give what comes in, or write a `shortcut`".into())
        }
    };
    say![layer, " adds ", what, ", ", from.into(), ", to what its layers give, ", to.into(), "\nhelp: ", cure]
}

/// `most` is the largest output padding.
pub fn output_padding(layer: &str, [padding, most, stride]: [&Size; 3]) -> Sentence {
    say![
        layer,
        " has an output padding of ",
        padding,
        ", but only ",
        most,
        " can be left over by a stride of ",
        stride,
        "\nhelp: write a smaller `output_padding`, or leave it out"
    ]
}

pub fn gives_nothing(layer: &str, [input, padding]: [&Size; 2]) -> Sentence {
    say![
        layer,
        " gives nothing: a padding of ",
        padding,
        " takes off all that it makes of ",
        input,
        "\nhelp: write a smaller `padding`"
    ]
}

/// `fit` is the most heads that divide the features.
pub fn heads(layer: &str, [heads, features, fit]: [&Size; 3]) -> Sentence {
    let has =
        say![layer, " has ", Sentence::counted(heads, "head"), ", which do not divide its ", features, " features"];
    say![has, "\nhelp: write a number that divides ", features, ", as `", fit, "`"]
}

pub const ENCODER: &str = "expected the layers of an encoder\n\
    help: write a list in brackets: `[Embedding<48, 64>, Gru<64, 64>]`";

pub fn decoder(found: &str) -> String {
    format!(
        "`{found}` is not a decoder\nhelp: write `AttentionDecoder<48, 64, 128>`, or `CopyingDecoder` for one that copies words of the source"
    )
}

pub fn most_words(layer: &str, setting: &str) -> String {
    format!(
        "{layer} does not say how many words a {setting} has at most\nhelp: write `{setting} = 24` as its last argument"
    )
}

pub fn pair_first(layer: &str) -> String {
    format!(
        "{layer} takes pairs of a source and a target, which no mapping and no layer before it gives\n\
         help: leave out what comes before: the layer says what comes in"
    )
}

pub fn no_memory(decoder: &str, encoder: &str, shape: impl Into<Sentence>) -> Sentence {
    say![
        "`",
        decoder,
        "` looks at all steps of the source, but the encoder ends with ",
        encoder,
        ", which gives ",
        shape.into(),
        "\nhelp: end it with a layer that gives all steps, such as `Gru<64, 64, bidirectional = true>`"
    ]
}

pub fn dot_product(units: &Size, encoder: &str, features: &Size) -> Sentence {
    say![
        "a dot product is of as many numbers on both sides, but the decoder has ",
        units,
        " units and ",
        encoder,
        " gives ",
        features,
        "\nhelp: write ",
        features,
        " units, or `score = Bilinear`"
    ]
}

/// What is asked of two shapes that do not fit.
pub struct Misfit {
    pub vectors: Holds,
    pub tokens_for_numbers: Holds,
    pub wants_vector: Holds,
    pub gives_any_length: Holds,
    pub gives_sequence: Holds,
}

/// A layer whose shapes only rustc knows, after something of another shape. The sizes are those of vectors, where both are.
pub fn misfit(
    layer: &str,
    before: &str,
    [given, expected]: [&Flow; 2],
    is: Misfit,
    [gives, takes]: [&Size; 2],
) -> Sentence {
    let inputs = say![Sentence::counted(takes, "input"), ", but ", before, " gives ", gives];
    let inputs = say![inputs, "\nhelp: make ", layer, " take ", gives, ", or give it ", takes];
    let shapes = || say!["the shape ", expected, ", but ", before, " gives ", given];
    let embed = "\nhelp: put a layer before it that gives tokens their vectors, such as `Embedding<48, 64>`";
    let embed = say![shapes(), embed];
    let all = "put it in `TimeDistributed` to have it at each step, or insert `LastStep` or `MeanOverTime` before it";
    let flat = Sentence::either(
        is.gives_sequence,
        "insert `Flatten` before it; or, if that is a sequence, `LastStep` or `MeanOverTime`".into(),
        "insert `Flatten` before it".into(),
    );
    let cure = Sentence::either(is.gives_any_length, all.into(), flat);
    let vector = say!["a vector, but ", before, " gives the shape ", given, "\nhelp: ", cure];
    let other = say![shapes(), "\nhelp: make ", layer, " take ", given, ", or give it ", expected];
    let other = Sentence::either(is.wants_vector, vector, other);
    say![layer, " takes ", Sentence::either(is.vectors, inputs, Sentence::either(is.tokens_for_numbers, embed, other))]
}

/// A layer as another framework has it. `own` is its name, where that may be the user's as well.
pub fn foreign(why: &str, cure: &str, own: Option<&str>) -> String {
    let own = own.map(|own| format!("; if `{own}` is your own, write its path: `self::{own}`")).unwrap_or_default();
    format!("{why}\nhelp: write `{cure}`{own}")
}

/// A name of another framework that no layer has here.
pub fn elsewhere(what: &str, cure: &str, word: &str, alone: bool) -> String {
    let own = if alone { format!("; if `{word}` is your own, write its path: `self::{word}`") } else { String::new() };
    format!("{what}\nhelp: {cure}{own}")
}

pub const CALLED: &str = "the arguments of a layer stand between `<` and `>`";
pub const CALLED_ACTIVATION: &str = "an activation is a type with a name, and no call";
pub const LINEAR: &str = "`Linear` is the activation that changes nothing: the layer with weights is called `Dense`";
pub const ACTIVATION_LAYER: &str = "an activation is a layer by its own name";
pub const BIDIRECTIONAL: &str = "`bidirectional` is a setting of a recurrent layer";
pub const RESHAPE: &str = "`Reshape` takes a shape, which stands in brackets";
pub const RETURN_SEQUENCES: &str =
    "`return_sequences` is no setting: a recurrent layer gives all its steps, unless `return = last` is written";

pub fn called_here(there: &str, here: &str) -> String {
    format!("`{there}` is called `{here}` here")
}

pub fn no_place(path: &str, word: &str) -> String {
    format!("`{path}` is no path to a layer: `{word}` is known by its name alone")
}

pub fn adaptive(word: &str, cure: Option<&str>) -> String {
    let cure = match cure {
        Some(cure) => format!("write `{cure}`"),
        None => "write an `AvgPool2d` with the windows that give that size".into(),
    };
    format!(
        "`{word}` is a `GlobalAvgPool` where it gives one number a channel; of other sizes, windows are written\nhelp: {cure}"
    )
}

pub fn norm_of_rank(layer: &str, norm: &str, giver: &str, shape: &str) -> String {
    let takes = if norm == "BatchNorm2d" { "an image, `[channels, height, width]`" } else { "a signal or a vector" };
    format!("{layer} takes {takes}, but {giver} gives the shape {shape}")
}

pub fn by_place(layer: &str, name: &str) -> String {
    format!("`{layer}` has no setting `{name}`: that argument has no name")
}

pub fn activation_here(there: &str, here: &str) -> String {
    format!("expected an activation, but `{there}` was found; did you mean `{here}`?")
}

pub fn setting_here(layer: &str, there: &str, here: &str) -> String {
    format!("`{layer}` has no setting `{there}`; did you mean `{here}`?")
}

pub fn setting_by_name(layer: &str, setting: &str) -> String {
    format!("`{layer}` has its {} by name", setting.replace('_', " "))
}

/// A setting that says what is so in any case.
pub fn always(layer: &str, name: &str) -> String {
    format!("`{layer}` has no setting `{name}`, and needs none")
}

pub fn value_here(setting: &str, here: &str, found: &str) -> String {
    match here {
        "true" | "false" => format!("`{setting}` is `true` or `false`, but `{found}` was found"),
        "same" => format!("`{setting}` is a number or `same`, but `{found}` was found"),
        _ => format!("`{setting}` is a word, but `{found}` was found"),
    }
}

pub fn percent(found: &str) -> String {
    format!("a dropout rate is a number from 0 to below 1, but `{found}` was found")
}

/// A layer that leaves out what comes in, as Keras does. `what` is counted.
pub fn input_missing(layer: &str, what: &str) -> String {
    format!("`{layer}` takes what comes in as its first argument, the number of its {what}")
}

pub fn nothing_says_input(layer: &str, inferred: &str) -> String {
    format!(
        "`{layer}` takes what comes in as its first argument, and nothing says what that is\n\
         help: write `{inferred}` and a mapping after the network's name, as in `: [64] -> [10]`; or the number in place of `_`"
    )
}

pub const UNCLOSED: &str = "this `<` is not closed";
pub const COLON_OF_SETTING: &str = "`=` stands between the name of a setting and its value";

pub const ENCODER_LAYERS: &str = "the layers of an encoder stand in brackets";

/// A convolution with its kernel where its channels belong.
pub fn kernel_first(layer: &str, channels: u64, giver: &str, gives: u64) -> String {
    let s = if channels == 1 { "" } else { "s" };
    format!(
        "{layer} takes {channels} channel{s}, but {giver} gives {gives}: channels come first, then filters, then the kernel"
    )
}

/// A convolution with its kernel where its filters belong.
pub fn kernel_second(layer: &str, filters: u64, next: &str, takes: u64) -> String {
    format!("{layer} has {filters} filters, but {next} takes {takes} channels: filters come before the kernel")
}

/// `shape` is the input.
pub fn half_a_mapping(shape: &str) -> String {
    format!(
        "a mapping says what goes out, too\nhelp: write `{shape} -> [10]`, with what the last layer gives for `[10]`"
    )
}

/// A sequence of up to `most` steps as a range of Rust.
pub fn at_most(most: &str) -> String {
    format!("a sequence of up to {most} steps is written `[..{most}]`\nhelp: write `..{most}`")
}

pub fn struct_left_out(name: &Ident) -> String {
    format!("expected `struct` before the name of a network\nhelp: write `struct {name}`")
}

pub fn public_behind_struct(name: &Ident) -> String {
    format!("`pub` stands before `struct`\nhelp: write `pub struct {name}`")
}

pub fn number_for_name(layer: &str) -> String {
    format!("expected the layer's name, but a number was found\nhelp: write `hidden: {layer}`")
}

pub const CONSTRUCTOR: &str = "a layer is a type, which nobody constructs: the network does";
pub const NUMBER_TYPE: &str = "the numbers of a layer are `f32`, and it does not say so";
pub const ARROW_BETWEEN: &str = "a comma stands between the arguments of a layer";
pub const LET: &str = "the layers of a network are fields, and no variables\nhelp: leave out `let`";
pub const EQUALS_BEFORE_BODY: &str = "the layers follow the mapping\nhelp: leave out `=`";
