//! What is left of a layer that is folded into another: nothing. `BatchNorm` goes into the weights before it, and what only training knows,
//! such as `Dropout`, is gone.

use core::marker::PhantomData;

use crate::int8::arithmetic::Quantization;
use crate::int8::calibration::{Calibration, Fused, Quantizable};
use crate::int8::{Int8Layer, Int8Shape};
use crate::layers as float;
use crate::memory::plain::Marker;
use crate::shape::Tensor;

/// A layer over the shape `S` that does nothing.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Folded<S> {
    shape: Marker<S>,
}

impl<S: Int8Shape> Int8Layer for Folded<S> {
    type Input = S;
    type Output = S;

    const ZERO: Self = Folded { shape: PhantomData };
    const IS_IDENTITY: bool = true;

    fn infer(&self, x: &[i8], y: &mut [i8], _scratch: &mut [i8]) {
        super::copy(x, y);
    }
}

/// Nothing is left of these.
macro_rules! folded {
    ($([$($generics:tt)*] $Layer:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Quantizable for $Layer {
            type Int8 = Folded<S>;

            fn quantize(&self, at: &Calibration, _to: &mut Self::Int8) -> Quantization {
                at.input
            }
        }
    )*};
}

folded! {
    [const C: usize, S: Int8Shape] float::BatchNorm<C, S>,
    [const RATE: u32, S: Int8Shape] float::Dropout<RATE, S>,
    [const RATE: u32, const C: usize, S: Int8Shape] float::SpatialDropout<RATE, C, S>,
}

impl<const C: usize, S: Tensor> Fused for float::BatchNorm<C, S> {
    fn apply(&self, values: &mut [f32]) {
        let places = (S::COUNT).checked_div(C).unwrap_or(0).max(1);
        for (values, (scale, shift)) in values.chunks_mut(places).zip(self.scales_and_shifts()) {
            values.iter_mut().for_each(|value| *value = *value * scale + shift);
        }
    }

    fn channel(&self, c: usize) -> [f32; 2] {
        self.scales_and_shifts().nth(c).map_or([1.0, 0.0], |(scale, shift)| [scale, shift])
    }
}
