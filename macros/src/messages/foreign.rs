//! What is said of a layer that is written as another framework has it.

pub const VALID: &str = "`padding` is a number or `same`, but `valid` was found: none is meant by leaving it out";

/// A name of another framework that no layer has here.
pub fn elsewhere(what: &str, cure: &str, word: &str, alone: bool) -> String {
    let own = if alone { format!("; if `{word}` is your own, write its path: `self::{word}`") } else { String::new() };
    format!("{what}\nhelp: {cure}{own}")
}

pub fn absent(word: &str) -> String {
    format!("there is no layer like `{word}` here")
}

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

/// A setting that is left out; what there is instead, if that is known. `told` is whether it is said already that there is none.
pub fn lacking(setting: &str, instead: Option<&str>, layer: &str, value: &str, told: bool) -> String {
    match instead {
        Some(instead) => {
            let instead = instead.replace("{layer}", layer).replace("{value}", value);
            if told { format!("; {instead}") } else { format!("; there is no `{setting}`: {instead}") }
        }
        None => format!("; there is no `{setting}`"),
    }
}

/// A setting that a layer does not have.
pub fn no_setting(layer: &str, setting: &str) -> String {
    format!("`{layer}` has no setting `{setting}`")
}

pub const INFERRED_SIZE: &str = "a size of `Reshape` is a number, and none is worked out";

/// A size that would be worked out, where it has no value.
pub fn inferred_remainder(all: u64, others: u64) -> String {
    format!("the {all} numbers that come in are no multiple of {others}\nhelp: write a shape of {all} numbers")
}
pub const CONSTRUCTOR: &str = "a layer is a type, which nobody constructs: the network does";
pub const NUMBER_TYPE: &str = "the numbers of a layer are `f32`, and it does not say so";
