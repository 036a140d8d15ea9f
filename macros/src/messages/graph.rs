//! What is said of networks whose layers name what they take.

use crate::sentence::{Sentence, say};
use crate::shape::Size;
use crate::words::list;

pub const ATTRIBUTE_OF_VALUE: &str = "an attribute is that of a layer with a field of its own\n\
    help: leave it out here";
pub const FROZEN_JOIN: &str = "what joins values has nothing to learn\nhelp: leave out `#[frozen]`";
pub const INPUT_UNKNOWN: &str = "`input` is what the network takes, but nothing says what that is\n\
    help: write a mapping after the network's name: `: [64] -> [10]`";

pub fn frozen_again(layer: &str) -> String {
    format!("this uses the parameters of `{layer}` again\nhelp: write `#[frozen]` before `{layer}`")
}

/// Something other than names in the parentheses behind a layer.
pub fn sources(layer: &str) -> String {
    format!(
        "what `{layer}` takes is written by the names of layers before it\nhelp: write `{layer}(input)`, or leave the parentheses out"
    )
}

/// A value of which nobody knows.
pub fn no_such_value(name: &str, similar: Option<&str>, known: &[&str]) -> String {
    match similar {
        Some(similar) => {
            format!("nothing before it is named `{name}`; did you mean `{similar}`?\nhelp: write `{similar}`")
        }
        None => format!("nothing before it is named `{name}`\nhelp: write one of {}", list(known)),
    }
}

pub fn no_such_layer(name: &str, similar: Option<&str>) -> String {
    match similar {
        Some(similar) => {
            format!("no layer before it is named `{name}`; did you mean `{similar}`?\nhelp: write `{similar}`")
        }
        None => format!(
            "no layer before it is named `{name}`\nhelp: write a layer, for example `Dense<64, 32, Relu>`; if `{name}` is your own, write its path: `self::{name}`"
        ),
    }
}

pub fn layer_made_later(name: &str) -> String {
    format!(
        "`{name}` is used again before it is declared\nhelp: write the layer here, and its name where it comes again"
    )
}

pub fn again_join(name: &str) -> String {
    format!("`{name}` joins values and has no parameters to use again\nhelp: write what it is once more")
}

pub fn takes_itself(layer: &str) -> String {
    format!(
        "`{layer}` takes what it gives itself\n\
         help: name a layer before it; what is handed from step to step is done by `Rnn`, `Gru` and `Lstm`"
    )
}

pub fn in_a_circle(layer: &str, source: &str) -> String {
    format!(
        "`{layer}` takes `{source}`, which is made of `{layer}`\n\
         help: name a layer before it; what is handed from step to step is done by `Rnn`, `Gru` and `Lstm`"
    )
}

pub fn made_later(layer: &str, source: &str) -> String {
    format!("`{layer}` takes `{source}`, which is made after it\nhelp: move `{source}` above `{layer}`")
}

pub fn never_used(layer: &str, outputs: &[String], by_name: bool) -> String {
    let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
    let (gives, cure) = match by_name {
        false => (format!("{}, its last layer", list(&outputs)), String::new()),
        true => (list(&outputs), format!(", or give it out: `{layer}` among the outputs of the mapping")),
    };
    format!(
        "`{layer}` is made, but nothing takes it: the network gives {gives}\n\
         help: leave it out, or name it in a layer after it, as in `Add({layer}, ...)`{cure}"
    )
}

pub const PARTS_OF_PARTS: &str = "an input or output with a name is one shape\nhelp: write a shape here, as `[64]`";
pub const NAMED_SHAPE: &str = "each input or output has a name here\nhelp: write `name: [64]`";
pub const BETWEEN_SHAPES: &str =
    "expected `,` between inputs or outputs\nhelp: write `(image: [3, 32, 32], speed: [2])`";
pub const ENDS_NEED_NAMES: &str = "inputs and outputs with names need layers with names\n\
    help: write the layers in braces, each with a name: `{ hidden: Dense<64, 32, Relu>, ... }`";

pub fn which_input(name: &str, layer: &str, inputs: &[String]) -> String {
    let names: Vec<String> = inputs.iter().map(|name| format!("`{name}`")).collect();
    format!(
        "nothing says which of the inputs, {}, `{name}` takes\nhelp: write `{name}: {layer}({})`",
        names.join(" or "),
        inputs.first().map_or("", String::as_str)
    )
}

/// `other` is a value that it could be joined with.
pub fn input_unused(name: &str, other: &str) -> String {
    format!(
        "`{name}` comes in, but nothing takes it\nhelp: name it in a layer, as in `Concat({other}, {name})`, or leave it out"
    )
}

pub fn output_twice(name: &str) -> String {
    format!("`{name}` is given out twice\nhelp: leave one of the two out")
}

pub fn output_not_made(name: &str, similar: Option<&str>, known: &[&str]) -> String {
    match similar {
        Some(similar) => format!(
            "no layer is named `{name}`, which the network gives; did you mean `{similar}`?\nhelp: write `{similar}`"
        ),
        None => format!(
            "no layer is named `{name}`, which the network gives\nhelp: give a layer that name, or write one of {}",
            list(known)
        ),
    }
}

/// What a layer gives and what the mapping says of it.
pub fn output_shape(name: &str, says: Sentence, gives: Sentence) -> Sentence {
    say![
        "the network gives ",
        says.clone(),
        " by the name of `",
        name,
        "`, but `",
        name,
        "` gives ",
        gives.clone(),
        "\nhelp: write `",
        gives,
        "` here, or make `",
        name,
        "` give ",
        says
    ]
}

/// A layer with several values.
pub fn takes_one(layer: &str, names: &[String]) -> String {
    let names = names.join(", ");
    format!(
        "`{layer}` takes one value, but here are several\n\
         help: join them in a layer before it: `Concat({names})` puts them one after the other, `Add({names})` adds them"
    )
}

pub fn join_several(join: &str, names: &[String]) -> String {
    let names = names.join(", ");
    format!(
        "`{join}` joins two values or more\nhelp: name another beside `{names}`, as in `{join}({names}, ...)`, or leave it out"
    )
}

/// A join by its name elsewhere.
pub fn join_is_named(word: &str, join: &str, names: &[String]) -> String {
    format!("`{word}` is `{join}` here\nhelp: write `{join}({})`", names.join(", "))
}

/// Values where settings are.
pub fn join_in_parentheses(join: &str, names: &[String]) -> String {
    format!("what `{join}` joins stands in parentheses\nhelp: write `{join}({})`", names.join(", "))
}

/// `a + b` in the place of a layer.
pub fn operator(layer: &str, join: &str, first: &str, second: &str) -> String {
    format!("values are joined by a layer\nhelp: write `{layer}: {join}({first}, {second})`")
}

pub fn multiply_two(names: &[String]) -> String {
    match names {
        [first, second, ..] => format!(
            "`Multiply` joins two values\nhelp: write `Multiply({first}, {second})`, and multiply what that gives with the next"
        ),
        _ => format!("`Multiply` joins two values\nhelp: write `Multiply({}, input)`", names.join(", ")),
    }
}

/// Two values of different shapes that are to be added.
pub fn sum(names: [&str; 2], gives: [Sentence; 2], cure: Option<String>) -> Sentence {
    let ([first, second], [one, other]) = (names, gives);
    let cure = cure.unwrap_or(format!("give both the same shape, or write `Concat({first}, {second})`"));
    say![
        "`Add` adds values of one shape, but `",
        first,
        "` gives ",
        one,
        " and `",
        second,
        "` gives ",
        other,
        "\nhelp: ",
        cure
    ]
}

/// Two values that cannot be multiplied.
pub fn scaled(names: [&str; 2], gives: [Sentence; 2], cure: &str) -> Sentence {
    let ([first, second], [one, other]) = (names, gives);
    let what = "`Multiply` takes values of one shape, or an image and a number for each of its channels, but `";
    say![what, first, "` gives ", one, " and `", second, "` gives ", other, "\nhelp: ", cure]
}

/// Two values that do not fit one after the other.
pub fn joined(names: [&str; 2], gives: [Sentence; 2], axis: usize, cure: &str) -> Sentence {
    let ([first, second], [one, other]) = (names, gives);
    let what = match axis {
        0 => "`Concat` joins values that differ in their first size only, but `".to_string(),
        axis => format!("`Concat` along axis {axis} joins values that differ in that size only, but `"),
    };
    say![what, first, "` gives ", one, " and `", second, "` gives ", other, "\nhelp: ", cure]
}

/// The number of an axis that a shape has not.
pub fn axis(found: &str, rank: usize) -> String {
    let last = rank.saturating_sub(1);
    format!(
        "`axis` is a number from 0 to {last}, counted from the first size, but `{found}` was found\nhelp: write `axis = {last}`, or leave it out"
    )
}

pub fn join_setting(join: &str, setting: &str) -> String {
    match join {
        "Concat" => format!("`Concat` of values has no setting `{setting}`\nhelp: write `axis`, or leave it out"),
        _ => format!("`{join}` of values has no setting `{setting}`: it has none\nhelp: leave it out"),
    }
}

/// What no array of numbers is.
pub fn join_kind(join: &str, name: &str, gives: &str) -> String {
    format!(
        "`{join}` joins arrays of numbers, but `{name}` gives {gives}\n\
         help: write the mapping without `..`, for sequences of one length"
    )
}

/// A sequence of any length that several layers take.
pub fn lengths_twice(name: &str, gives: &str) -> String {
    format!(
        "a second layer takes `{name}`, a sequence of any length, {gives}, which only one can\n\
         help: write the mapping without `..`, for sequences of one length"
    )
}

pub fn join_unknown(name: &str) -> String {
    format!(
        "`Concat` must know its shapes, but what `{name}` gives is known to rustc only\n\
         help: put a built-in layer behind it"
    )
}

/// A layer used again on something else.
pub fn again(name: &str, layer: &str, takes: &Sentence, source: &str, gives: &Sentence) -> Sentence {
    say![
        name,
        " uses `",
        layer,
        "` again, which takes ",
        takes.clone(),
        ", but ",
        source,
        " gives ",
        gives.clone(),
        "\nhelp: write a layer of its own here"
    ]
}

/// How a vector is made as long as another one.
pub fn as_long(name: &str, [gives, wanted]: [&Size; 2]) -> Option<String> {
    let (gives, wanted) = (gives.number()?, wanted.number()?);
    Some(format!("put `Dense<{gives}, {wanted}>({name})` between, and add that"))
}
