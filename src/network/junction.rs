//! What `network!` leaves to the compiler: whether layers fit whose sizes are constants, or that a user wrote.
//!
//! Each check is a constant assertion that stands in the code of the network under the span of the layer, so that a
//! misfit is told there, in decimal, with both layers named as they are written.

use crate::layer::Layer;
use crate::memory::plain::{Plain, cast};
use crate::memory::text::Text;
use crate::shape::{Dims, Shape};

/// A sentence of a failed check.
type Sentence = Text<1024>;

/// The words of a check: who takes what comes in from whom, and the cure.
#[derive(Clone, Copy)]
pub struct Junction {
    /// The layer, in backticks.
    pub layer: &'static str,
    /// Who gives what comes in: "`hidden` before it", or "the network's input".
    pub before: &'static str,
    /// The layer as written, up to its number of inputs and after it; empty if it is not built in.
    pub written: [&'static str; 2],
}

/// Fails, while compiling, unless what is given is what is expected.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn fits<Given: Shape, Expected: Shape>(junction: &Junction) {
    if !same::<Given, Expected>() {
        panic!("{}", misfit(junction, &Given::DIMS, &Expected::DIMS).as_str());
    }
}

/// Fails, while compiling, unless the rows that come in have `row` numbers.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn fits_row<Given: Shape>(junction: &Junction, row: usize) {
    let given = Given::DIMS.row();
    if given != row && !Given::DIMS.either_lost(&Given::DIMS) {
        let text = Sentence::new().str(junction.layer).str(" takes rows of ").digits(row as u64).str(", but ");
        let text = text.str(junction.before).str(" gives rows of ").digits(given as u64);
        panic!("{}", cure(text, junction, [given, row]).as_str());
    }
}

/// Fails, while compiling, unless the network's input is what the first layer expects.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn mapping_input<Promised: Shape, Expected: Shape>(layer: &str) {
    if !same::<Promised, Expected>() {
        let text = Sentence::new().str("the network takes ").dims(&Promised::DIMS).str(", but ").str(layer);
        let text = text.str(", its first layer, takes ").dims(&Expected::DIMS);
        if Expected::DIMS.is_tokens() && !Promised::DIMS.is_tokens() {
            panic!("{}", text.str("\nhelp: leave the mapping out: the layer says what comes in").as_str());
        }
        let text = text.str("\nhelp: write `").dims(&Expected::DIMS).str("` here, or make ").str(layer);
        panic!("{}", text.str(" take ").dims(&Promised::DIMS).as_str());
    }
}

/// Fails, while compiling, unless the last layer gives what the network's mapping promises.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn mapping_output<Given: Shape, Promised: Shape>(layer: &str) {
    if !same::<Given, Promised>() {
        let text = Sentence::new().str("the network gives ").dims(&Promised::DIMS).str(", but ").str(layer);
        let text = text.str(", its last layer, gives ").dims(&Given::DIMS);
        let text = text.str("\nhelp: write `").dims(&Given::DIMS).str("` here, or make ").str(layer);
        panic!("{}", text.str(" give ").dims(&Promised::DIMS).as_str());
    }
}

/// Fails, while compiling, unless the last layer of an encoder gives steps, at which a decoder can look.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn ends_with_steps<Memory: Shape>([decoder, layer]: [&str; 2]) {
    let dims = &Memory::DIMS;
    if (dims.as_slice().len() != 2 || dims.is_tokens()) && !dims.either_lost(dims) {
        let text = Sentence::new().str(decoder).str(" looks at all steps of the source, but the encoder ends with ");
        let text = text.str(layer).str(", which gives ").dims(dims);
        let cure = "\nhelp: end it with a layer that gives all steps, such as `Gru<64, 64, bidirectional = true>`";
        panic!("{}", text.str(cure).as_str());
    }
}

/// Fails, while compiling, when a size is zero.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn positive<S: Shape>(what: &str) {
    if S::DIMS.count() == 0 {
        panic!("{}", Sentence::new().str(what).str(" cannot be zero\nhelp: write a number of 1 or more").as_str());
    }
}

/// Fails, while compiling, unless what the layers of a residual give can be added to what goes around them.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn fits_sum<Given: Shape, Around: Shape>(layer: &str, has_shortcut: bool) {
    if !same::<Given, Around>() {
        let (what, cure) = match has_shortcut {
            true => ("what its shortcut gives", "make the two the same"),
            false => ("what comes in", "make the last of its layers give what comes in, or write a `shortcut`"),
        };
        let text = Sentence::new().str(layer).str(" adds ").str(what).str(", ").dims(&Around::DIMS);
        let text = text.str(", to what its layers give, ").dims(&Given::DIMS);
        panic!("{}", text.str("\nhelp: ").str(cure).as_str());
    }
}

/// Fails, while compiling, unless a branch gives what the first one gives, apart from the number of channels.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn fits_branch<First: Shape, Other: Shape>(layer: &str, [first, other]: [&str; 2]) {
    if !First::DIMS.same_but_outermost(&Other::DIMS) {
        let text = Sentence::new().str(layer).str(" puts channels together, but ").str(other).str(" gives the shape ");
        let text = text.dims(&Other::DIMS).str(" and ").str(first).str(" gives ").dims(&First::DIMS);
        let cure = "\nhelp: give both the same height and width, for example by `padding = same`";
        panic!("{}", text.str(cure).as_str());
    }
}

/// Fails, while compiling, unless a reshaped value has the numbers that come in.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn fits_reshape<Given: Shape, Reshaped: Shape>([layer, before]: [&str; 2]) {
    let (given, reshaped) = (Given::DIMS.count(), Reshaped::DIMS.count());
    if given != reshaped && !Given::DIMS.either_lost(&Reshaped::DIMS) {
        let text = Sentence::new().str(layer).str(" gives the shape ").dims(&Reshaped::DIMS).str(" of ");
        let text = text.digits(reshaped as u64).str(" numbers, but ").str(before).str(" gives ").dims(&Given::DIMS);
        let text = text.str(", which has ").digits(given as u64).str("\nhelp: write a shape of ");
        panic!("{}", text.digits(given as u64).str(" numbers").as_str());
    }
}

/// Fails, while compiling, unless the struct is its layers and nothing else: an attribute can change a layout.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn plain_layout<Network: Plain>() {
    assert_no_drop::<Network>();
    assert!(
        Network::WRONG == 0,
        "a network is its layers and nothing else, but an attribute changed its layout\n\
         help: leave the attribute out"
    );
}

/// The same for a struct with a derive.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn plain_fields<Fields: Plain>() {
    assert_no_drop::<Fields>();
    assert!(
        Fields::WRONG == 0,
        "plain memory is its fields and nothing else, but an attribute changed its layout\nhelp: leave the attribute out"
    );
}

#[track_caller]
const fn assert_no_drop<T>() {
    let never_dropped = !core::mem::needs_drop::<T>();
    assert!(never_dropped, "plain memory is never dropped, but there is an `impl Drop`\nhelp: leave it out");
}

/// Fails, while compiling, when a layer that begins with frozen layers comes after `trained` parameters.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn reaches<L: Layer>(layer: &str, trained: usize) {
    if trained > 0 && !L::REACHES_INPUT {
        let text = Sentence::new().str(layer).str(" begins with frozen layers, so what lies before it cannot learn");
        let text = text.str("\nhelp: freeze that too, or take `#[frozen]` off the first layers of ").str(layer);
        panic!("{}", text.as_str());
    }
}

/// A type, on the condition that a constant is `true`. Where the constant is wrong, which has then been told, rustc takes this
/// for any other type.
pub trait If<const SOUND: bool> {
    type Layer;
}

impl<T> If<true> for T {
    type Layer = T;
}

/// Whether two shapes have the same sizes and the same kind of numbers.
const fn same<A: Shape, B: Shape>() -> bool {
    (size_of::<A>() == size_of::<B>() || A::DIMS.either_lost(&B::DIMS)) && A::DIMS.same(&B::DIMS)
}

const fn misfit(junction: &Junction, given: &Dims, expected: &Dims) -> Sentence {
    let text = Sentence::new().str(junction.layer).str(" takes ");
    if given.is_tokens() && !expected.is_tokens() {
        let text = text.str("the shape ").dims(expected).str(", but ").str(junction.before).str(" gives ").dims(given);
        let cure = "\nhelp: put a layer before it that gives tokens their vectors, such as `Embedding<48, 64>`";
        return text.str(cure);
    }
    match (given.as_slice(), expected.as_slice()) {
        ([steps, given], [same, expected]) if *steps == *same && !junction.written[0].is_empty() => {
            let text = text.counted(*expected as u64, " feature").str(" at each step, but ").str(junction.before);
            cure(text.str(" gives ").digits(*given as u64), junction, [*given, *expected])
        }
        ([number], [expected]) if !(given.is_tokens() || given.is_at_most()) => {
            let given = number;
            let text = text.counted(*expected as u64, " input").str(", but ").str(junction.before).str(" gives ");
            cure(text.digits(*given as u64), junction, [*given, *expected])
        }
        (_, [_]) if !expected.is_tokens() => {
            let text = text.str("a vector, but ").str(junction.before).str(" gives the shape ").dims(given);
            text.str(match (given.is_at_most(), given.as_slice().len()) {
                (true, _) => {
                    "\nhelp: put it in `TimeDistributed` to have it at each step, or insert `LastStep` or `MeanOverTime` before it"
                }
                (_, 2) => "\nhelp: insert `Flatten` before it; or, if that is a sequence, `LastStep` or `MeanOverTime`",
                _ => "\nhelp: insert `Flatten` before it",
            })
        }
        _ => {
            let text = text.str("the shape ").dims(expected).str(", but ").str(junction.before).str(" gives ");
            let text = text.dims(given).str("\nhelp: make ").str(junction.layer).str(" take ").dims(given);
            text.str(", or give it ").dims(expected)
        }
    }
}

const fn cure(text: Sentence, junction: &Junction, [given, expected]: [usize; 2]) -> Sentence {
    let [start, end] = junction.written;
    if start.is_empty() {
        let text = text.str("\nhelp: make ").str(junction.layer).str(" take ").digits(given as u64);
        return text.str(", or give it ").digits(expected as u64);
    }
    let text = text.str("\nhelp: write `").str(start).digits(given as u64).str(end).str("`, or `");
    text.str(start).str("_").str(end).str("` to take what comes in")
}

/// The same values as another type of the same shape: what a layer gives, as what the next one takes.
pub fn feed<Given: Shape, Expected: Shape>(values: &[Given]) -> &[Expected] {
    const { assert!(same::<Given, Expected>(), "a layer gives another shape than the next one takes") };
    cast(values)
}

/// The gradients of those values, back.
pub fn feed_back<Given: Shape, Expected: Shape>(gradients: &mut [Given]) -> &mut [Expected] {
    const { assert!(same::<Given, Expected>(), "a layer gives another shape than the next one takes") };
    crate::memory::plain::cast_mut(gradients)
}
