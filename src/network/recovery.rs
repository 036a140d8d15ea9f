//! Error recovery for custom layers whose `impl Layer` violates a bound of the trait: rustc reports the violation at the `impl`, and
//! networks that contain the layer must not report it again.
//!
//! `network!` asks of each custom layer, in a constant, whether the bounds hold ([`Probe`]); where they do not, a [`StandIn`] takes its
//! place. The methods of a stand-in fail to compile, so that no program contains one.

use core::marker::PhantomData;
use core::ops::Deref;

use rand::Rng;

use crate::layer::activation::{Activation, Linear};
use crate::layer::init::Init;
use crate::layer::{GradientOf, Layer, Pass};
use crate::memory::plain::{Marker, Parameters, Plain};
use crate::sealed::Sealed;
use crate::shape::{Dims, Shape, Tensor, Visitor};

/// Asks something of a type: where bounds hold, the answers are its inherent constants, elsewhere those of [`Fallback`].
#[derive(Debug)]
pub struct Probe<T>(PhantomData<T>);

/// The answers where bounds do not hold.
pub trait Fallback {
    /// Whether a layer is all that the trait says of it.
    const IS_SOUND: bool = false;
    /// Whether it maps shapes to shapes.
    const HAS_SHAPES: bool = false;
}

impl<T> Fallback for Probe<T> {}

impl<L: Layer> Probe<L>
where
    L::Input: Shape,
    L::Output: Shape,
    L::Head: Activation,
    L::Gradient: GradientOf<L>,
    L::Scratch<1>: Plain,
    L::Tape<1>: Plain,
{
    /// See [`Fallback`].
    pub const IS_SOUND: bool = true;
}

impl<L: Layer> Probe<L>
where
    L::Input: Shape,
    L::Output: Shape,
{
    /// See [`Fallback`].
    pub const HAS_SHAPES: bool = true;
}

/// Which layer a network has in place of a custom one: the answers of a [`Probe`] as a number.
#[must_use]
pub const fn selected(is_sound: bool, has_shapes: bool) -> usize {
    match (is_sound, has_shapes) {
        (true, _) => SOUND,
        (false, true) => MAPS,
        (false, false) => LOST,
    }
}

const SOUND: usize = 0;
const MAPS: usize = 1;
const LOST: usize = 2;

/// A layer, or its stand-in, by that number.
pub trait SelectLayer<const WHAT: usize> {
    /// The layer that a network has.
    type Layer;
}

impl<L> SelectLayer<SOUND> for L {
    type Layer = L;
}

impl<L: Layer> SelectLayer<MAPS> for L {
    type Layer = StandIn<L, L::Input, L::Output>;
}

impl<L> SelectLayer<LOST> for L {
    type Layer = StandIn<L, Lost, Lost>;
}

/// A layer in the place of `L`, of these shapes.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct StandIn<L, I, O>(Marker<(L, I, O)>);

/// Fails when it is compiled to be run.
const fn never_built<L>() {
    assert!(size_of::<L>() == usize::MAX, "a layer breaks a bound of the trait `Layer`");
}

impl<L, I, O> Deref for StandIn<L, I, O> {
    type Target = L;

    #[allow(clippy::empty_loop)] // no program has it
    fn deref(&self) -> &L {
        const { never_built::<L>() };
        loop {}
    }
}

#[diagnostic::do_not_recommend]
impl<L: 'static, I: Shape, O: Shape> Layer for StandIn<L, I, O> {
    type Input = I;
    type Output = O;
    type Head = Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = 0;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {
        const { never_built::<L>() };
    }

    fn infer<const B: usize>(&self, _inputs: &[I], _outputs: &mut [O], _scratch: &mut ()) {
        const { never_built::<L>() };
    }

    fn forward<const B: usize>(&self, _inputs: &[I], _outputs: &mut [O], _tape: &mut (), _pass: &mut Pass) {
        const { never_built::<L>() };
    }

    fn backward<const B: usize>(
        &self,
        _inputs: &[I],
        _outputs: &[O],
        _tape: &mut (),
        _output_gradients: &mut [O],
        _input_gradients: Option<&mut [I]>,
        _gradient: &mut Self,
    ) {
        const { never_built::<L>() };
    }
}

/// A shape of which nothing is known: it fits every other.
#[derive(Debug, Clone, Copy, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Lost;

impl Sealed for Lost {}

#[diagnostic::do_not_recommend]
impl Shape for Lost {
    const DIMS: Dims = Dims::LOST;

    fn is_finite(&self) -> bool {
        true
    }

    fn visit(&mut self, _visitor: &mut dyn Visitor) {}
}

impl Tensor for Lost {
    const ROW: usize = 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dense;

    #[test]
    fn a_layer_that_keeps_its_promises_is_itself() {
        assert_eq!([<Probe<Dense<4, 2>>>::IS_SOUND, <Probe<Dense<4, 2>>>::HAS_SHAPES], [true; 2]);
        assert_eq!(selected(true, true), SOUND);
        let _: <Dense<4, 2> as SelectLayer<SOUND>>::Layer = crate::memory::plain::zeroed::<Dense<4, 2>>();
    }

    #[test]
    fn what_is_no_layer_is_lost() {
        assert_eq!([<Probe<[f32; 4]>>::IS_SOUND, <Probe<[f32; 4]>>::HAS_SHAPES], [false; 2]);
        assert_eq!(selected(false, false), LOST);
    }

    #[test]
    fn what_is_lost_fits_all() {
        assert!(Lost::DIMS.same(&<[f32; 4]>::DIMS) && <[[f32; 2]; 4]>::DIMS.same(&Lost::DIMS));
        assert!(!<[f32; 4]>::DIMS.same(&<[f32; 5]>::DIMS));
    }
}
