//! What the code of a network asks of its layers: types under a condition, values as another type of the same shape.

use core::slice;

use super::check::same;
use crate::layer::{GradientOf, Layer};
use crate::memory::plain::{Parameters, Plain, cast, cast_mut, zeroed};
use crate::memory::text::Text;
use crate::shape::Shape;

/// A sentence of a failed check.
type Sentence = Text<1024>;

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

/// Fails, while compiling, when the gradient of a layer would train numbers that are not trainable.
///
/// # Panics
///
/// With the message for the user.
#[track_caller]
pub const fn assert_trainable<L: Layer + Parameters>(layer: &str) {
    let (trained, fixed) = (<L::Gradient as GradientOf<L>>::TRAINED, L::LAYOUT.non_trainable());
    if fixed > 0 && trained + fixed > L::COUNT {
        let text = Sentence::new().str("the gradient of ").str(layer).str(" trains ").digits(trained as u64);
        let text = text.str(" of its ").counted(L::COUNT as u64, " number").str(", but ").digits(fixed as u64);
        let text = text.str(" of them are running statistics or frozen layers, which are not trained");
        let text = text.str(
            "\nhelp: write `#[derive(GradientOf)]` above its struct, and for `type Gradient`, in place of `Self`,",
        );
        panic!("{}", text.str(" the `…Gradient<…>` that this derive declares").as_str());
    }
}

/// A type, on the condition that a constant is `true`. Where the constant is wrong, which has then been told, rustc takes this
/// for any other type.
pub trait If<const SOUND: bool> {
    /// The type itself.
    type Layer;
}

impl<T> If<true> for T {
    type Layer = T;
}

/// The same values as another type of the same shape: what a layer gives, as what the next one takes.
pub fn feed<Given: Shape, Expected: Shape>(values: &[Given]) -> &[Expected] {
    const { assert!(same::<Given, Expected>(), "a layer gives another shape than the next one takes") };
    cast(values)
}

/// The gradients of those values, back.
pub fn feed_back<Given: Shape, Expected: Shape>(gradients: &mut [Given]) -> &mut [Expected] {
    const { assert!(same::<Given, Expected>(), "a layer gives another shape than the next one takes") };
    cast_mut(gradients)
}

/// [`infer_one`](super::infer_one) with the output as another type of the same shape: as the mapping of a network has it.
pub fn infer_as<L: Layer, O: Shape>(layer: &L, input: &L::Input) -> O {
    const { assert!(O::DIMS.same(&L::Output::DIMS), "a network gives another shape than its mapping says") };
    let mut output: O = zeroed();
    let outputs = cast_mut(slice::from_mut(&mut output));
    layer.infer::<1>(slice::from_ref(input), outputs, &mut zeroed());
    output
}

/// Whether a layer up to each one has parameters that are trained.
#[must_use]
pub const fn learns<const N: usize>(trained: [usize; N]) -> [bool; N] {
    let mut learns = [false; N];
    let (mut any, mut i) = (false, 0);
    while i < N {
        any |= trained[i] > 0;
        learns[i] = any;
        i += 1;
    }
    learns
}
