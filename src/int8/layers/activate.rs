//! An activation as a layer of its own.

use core::marker::PhantomData;

use crate::int8::activation::{Ending, Int8Activation};
use crate::int8::arithmetic::Quantization;
use crate::int8::calibration::{Calibration, Fused, Quantizable};
use crate::int8::{Int8Layer, Int8Shape};
use crate::layers as float;
use crate::memory::plain::Marker;

/// What `E` does, over the shape `S`.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct ActivateInt8<E, S> {
    ending: E,
    shape: Marker<S>,
}

impl<E: Ending, S: Int8Shape> Int8Layer for ActivateInt8<E, S> {
    type Input = S;
    type Output = S;

    const ZERO: Self = {
        super::assert_ending::<E, S>();
        ActivateInt8 { ending: E::ZERO, shape: PhantomData }
    };

    fn infer(&self, x: &[i8], y: &mut [i8], _scratch: &mut [i8]) {
        super::copy(x, y);
        self.ending.apply(y);
    }
}

#[diagnostic::do_not_recommend]
impl<A: Int8Activation, S: Int8Shape> Quantizable for float::Activate<A, S> {
    type Int8 = ActivateInt8<A::Alone, S>;

    fn quantize(&self, at: &Calibration, to: &mut Self::Int8) -> Quantization {
        A::alone(at.input, at.output, &mut to.ending)
    }
}

/// A clamp, behind a layer of products.
impl<A: Int8Activation, S: Int8Shape> Fused for float::Activate<A, S> {
    fn apply(&self, values: &mut [f32]) {
        A::apply(values, S::ROW);
    }

    fn bounds(&self) -> [f32; 2] {
        A::BOUNDS.unwrap_or([f32::NEG_INFINITY, f32::INFINITY])
    }
}
