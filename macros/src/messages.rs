//! Every sentence that `network!` can say: lower case, no full stop, code in backticks, the cure at the end.

mod foreign;
mod grammar;
mod graph;
mod image;
mod int8;

use proc_macro2::Ident;

use crate::model::Flow;
use crate::sentence::{Holds, Sentence, say};
use crate::shape::Size;
use crate::words::list;

pub use foreign::*;
pub use grammar::*;
pub use graph::*;
pub use image::*;
pub use int8::*;

pub const RANK: &str = "a shape has at most 6 sizes\nhelp: write their product in place of some: `[16, 784]`";
pub const ITSELF: &str = "a network cannot be a layer of itself\nhelp: write another network, or its layers";
pub const AT_MOST_FIRST: &str = "only the first size may be the most that there are: the steps of a sequence\n\
    help: write `[..12, 8]` for up to 12 steps of 8 numbers";
pub const LAYER: &str = "expected a layer, for example `Dense<64, 32, Relu>`";
pub const FROZEN_TYPE: &str = "a network without a name has no frozen layers\n\
    help: give it a name: `struct Name(#[frozen] Layer, ...);`";
pub const ALL_FROZEN: &str = "with this layer frozen too, the network has nothing to learn\n\
    help: leave `#[frozen]` off the layers that are to learn; a network that only infers needs none";
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

/// `inner` is a layer that it is made of.
pub fn no_layer(found: &str, inner: Option<&str>) -> String {
    match inner {
        Some(inner) => {
            format!("`{found}` is not a layer: a network holds its layers as they are\nhelp: write `{inner}`")
        }
        None => format!("`{found}` is not a layer\nhelp: write a layer, for example `Dense<64, 32, Relu>`"),
    }
}

pub fn two_networks(name: &Ident, line: usize) -> String {
    format!(
        "a second network is named `{name}`, after the one in line {line}\nhelp: write `struct {name}2`, or another name"
    )
}

pub fn duplicate(name: &Ident, what: &str) -> String {
    format!("a second {what} is named `{name}`\nhelp: give each {what} a name of its own")
}

/// What to write where a layer takes another number than `gives`. `around` is the layer as written, before and after the number.
pub fn takes_what_comes_in(gives: &Size, [start, end]: &[String; 2]) -> Sentence {
    say!["\nhelp: write `", start, gives, end, "`, or `", start, "_", end, "` to take what comes in"]
}

/// The same where another value, made before, has the number that is taken.
pub fn takes_another_value(layer: &str, value: &str, [start, end]: &[String; 2]) -> Sentence {
    say![
        "\nhelp: write `",
        layer,
        "(",
        value,
        ")` to take `",
        value,
        "`, or `",
        start,
        "_",
        end,
        "` to take what comes in"
    ]
}

/// A layer that takes another number of inputs than it is given.
pub fn inputs(layer: &str, takes: &Size, before: &str, gives: &Size, cure: Sentence) -> Sentence {
    let takes = Sentence::counted(takes, "input");
    say![layer, " takes ", takes, ", but ", before, " gives ", gives, cure]
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
pub fn features(layer: &str, takes: &Size, before: &str, gives: &Size, cure: Sentence) -> Sentence {
    let takes = Sentence::counted(takes, "feature");
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
    let cure = match whole_number(found) {
        Some(number) => format!("`{number}`"),
        None => "a number, as 32, or the name of a constant".into(),
    };
    format!("{what} is a whole number, but `{found}` was found\nhelp: write {cure}")
}

/// The size that is written as `32.0`, `32_u8` or `"32"`.
fn whole_number(found: &str) -> Option<u32> {
    let text = found.trim_matches(['"', '\'']).replace('_', "");
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (digits, suffix) = text.split_at(end);
    let whole = match digits.split_once('.') {
        Some((whole, zeros)) if zeros.trim_matches('0').is_empty() => whole,
        Some(_) => return None,
        None => digits,
    };
    let known = suffix.is_empty() || suffix.starts_with(['u', 'i', 'f']);
    whole.parse().ok().filter(|number| known && *number > 0)
}

pub fn activation_as_size(what: &str, found: &str) -> String {
    format!(
        "{what} was expected, but the activation `{found}` was found\n\
         help: write a number, as 32; an activation is the last of a layer's arguments without names"
    )
}

/// It is looked for among activations, where other frameworks have it too.
pub const PRELU: &str = "`Prelu` has parameters, so it is a layer, and no activation of another one\n\
    help: leave it out here, and write `Prelu<_>` as the next layer";

pub fn not_an_activation(found: &str, known: &[&str]) -> String {
    format!("expected an activation, but `{found}` was found\nhelp: write one of {}", list(known))
}

pub fn arguments(layer: &str, wanted: &str, example: &str) -> String {
    format!("{}\nhelp: write `{example}`", takes(layer, wanted))
}

pub fn takes(layer: &str, wanted: &str) -> String {
    format!("`{layer}` takes {wanted}")
}

/// A word in an attribute of the derive.
pub const NON_TRAINABLE: &str = "a field's setting is `non_trainable`\nhelp: write `#[parameters(non_trainable)]`";

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

/// As [`inputs`], of a layer over images or signals.
pub fn channels(layer: &str, takes: &Size, before: &str, gives: &Size, cure: Sentence) -> Sentence {
    let takes = Sentence::counted(takes, "channel");
    say![layer, " takes ", takes, ", but ", before, " gives ", gives, cure]
}

/// `given` and `held` are the numbers of both shapes.
pub fn reshape(layer: &str, gives: &Flow, before: &str, comes: &Flow, [given, held]: [&Size; 2]) -> Sentence {
    let shape = say![layer, " gives the shape ", gives, " of ", given, " numbers, but ", before];
    say![shape, " gives ", comes, ", which has ", held, "\nhelp: write a shape of ", held, " numbers"]
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

pub const CALLED: &str = "the arguments of a layer stand between `<` and `>`";
