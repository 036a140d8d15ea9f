//! What is said of windows, channels, groups and branches.

use crate::sentence::{Holds, Sentence, say};
use crate::shape::Size;

/// As [`inputs`], of a layer that takes rows.
pub fn rows(layer: &str, takes: &Size, before: &str, gives: &Size, cure: Sentence) -> Sentence {
    say![layer, " takes rows of ", takes, ", but ", before, " gives rows of ", gives, cure]
}

pub fn padding(found: &str) -> String {
    format!("`padding` is a number or `same`, but `{found}` was found\nhelp: write `padding = same`")
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

/// A mapping whose image or signal has its channels last.
pub fn channels_last(found: &str, layer: &str, image: bool, first: &str) -> String {
    let planes = if image { "an image" } else { "a signal" };
    format!(
        "the network takes {found}, but {layer}, its first layer, takes {planes} whose channels come first\n\
         help: write `{first}` here"
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
pub fn product(
    layer: &str,
    input: impl Into<Sentence>,
    given: impl Into<Sentence>,
    channels: Option<&Size>,
) -> Sentence {
    let each = match channels {
        Some(channels) => say![channels, " numbers, one for each channel"],
        None => "one number for each channel".into(),
    };
    say![
        layer,
        " multiplies what comes in, ",
        input.into(),
        ", with what its layers give, ",
        given.into(),
        "\nhelp: make the last of its layers give what comes in, or ",
        each
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

/// A signal before a normalisation of images.
pub fn instance_norm_of_signal(layer: &str, before: &str, shape: &str, channels: &str) -> String {
    format!(
        "{layer} takes an image, `[channels, height, width]`, but {before} gives the shape {shape}\n\
         help: write `GroupNorm<{channels}>`, which normalises each channel of a signal, then scales and shifts it"
    )
}
