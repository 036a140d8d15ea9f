//! The fully connected layer: `y[o] = clamp(zero_point + M[o] · (bias[o] + Σ w[o][i]·x[i]))`, FULLY_CONNECTED of TensorFlow Lite.
//!
//! The reference kernel of the desktop rounds the product with `M` once, that of TensorFlow Lite Micro twice: the first is followed, unless
//! [`round`](DenseInt8::round) says otherwise.

use crate::int8::activation::{Ending, Int8Activation, Within};
use crate::int8::arithmetic::{Channels, Quantization, Rounding};
use crate::int8::calibration::{Calibration, Quantizable, largest};
use crate::int8::{Int8Layer, kernel};
use crate::layers as float;

use super::assert_depth;

/// `OUT` neurons of `IN` inputs each, and what ends them.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct DenseInt8<const IN: usize, const OUT: usize, E = Within> {
    channels: Channels<OUT>,
    weight: [[i8; IN]; OUT],
    ending: E,
}

impl<const IN: usize, const OUT: usize, E> DenseInt8<IN, OUT, E> {
    /// The weights, `[output][input]`.
    pub const fn weight(&self) -> &[[i8; IN]; OUT] {
        &self.weight
    }

    /// Has products rounded otherwise: [`Rounding::Twice`] for the bits of TensorFlow Lite Micro.
    pub fn round(&mut self, rounding: Rounding) {
        self.channels.output.once = rounding == Rounding::Once;
    }

    /// Sets the layer from integers as a file of TensorFlow Lite has them: the bias without the zero point of the input, a scale of the
    /// weights for each output, or one for all. `bounds` are those of a fused activation.
    pub fn set(
        &mut self,
        (weight, bias, scales): (&[[i8; IN]; OUT], &[i32; OUT], &[f32]),
        input: Quantization,
        (output, bounds): (Quantization, [f32; 2]),
    ) {
        self.weight = *weight;
        self.channels.output = crate::int8::arithmetic::Output::new(output, bounds, Rounding::Once);
        let scales = scales.iter().chain(core::iter::repeat(scales.last().unwrap_or(&1.0)));
        for (c, ((row, bias), scale)) in weight.iter().zip(bias).zip(scales).enumerate() {
            let sum = row.iter().map(|q| i32::from(*q)).sum();
            self.channels.set(c, *bias, sum, input, *scale);
        }
    }
}

impl<const IN: usize, const OUT: usize, E: Ending> Int8Layer for DenseInt8<IN, OUT, E> {
    type Input = [f32; IN];
    type Output = [f32; OUT];

    const ZERO: Self = {
        assert_depth(IN);
        DenseInt8 { channels: Channels::ZERO, weight: [[0; IN]; OUT], ending: E::ZERO }
    };

    fn infer(&self, x: &[i8], y: &mut [i8], _scratch: &mut [i8]) {
        kernel::product(x, self.weight.as_flattened(), self.channels.all(), y);
        self.ending.apply(y);
    }
}

#[diagnostic::do_not_recommend]
impl<const IN: usize, const OUT: usize, A: Int8Activation> Quantizable for float::Dense<IN, OUT, A> {
    type Int8 = DenseInt8<IN, OUT, A::Fused>;

    fn quantize(&self, at: &Calibration, to: &mut Self::Int8) -> Quantization {
        let output = at.set_output::<A, OUT>(&mut to.channels, &mut to.ending, Rounding::Once);
        for (c, ((from, to_row), bias)) in self.weight.iter().zip(&mut to.weight).zip(&self.bias).enumerate() {
            at.set_channel(&mut to.channels, c, (from.iter().zip(to_row), *bias), largest(from));
        }
        output
    }
}
