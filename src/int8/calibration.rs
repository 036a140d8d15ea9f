//! How a layer of `f32` gets its int8 form.

use super::arithmetic::{Channels, Output, Quantization, Rounding};
use super::memory::Int8Shape;
use super::{Int8Activation, Int8Layer};
use crate::layer::Layer;

/// A layer that has an int8 form.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no int8 form",
    label = "a layer of a network with `#[int8]` implements the trait `congruent::int8::Quantizable`"
)]
pub trait Quantizable: Layer<Input: Int8Shape, Output: Int8Shape> {
    /// The int8 form.
    type Int8: Int8Layer<Input = Self::Input, Output = Self::Output>;

    /// Sets the int8 form from the layer's parameters and what is known of the numbers that flow. Gives the quantisation of what goes out.
    fn quantize(&self, at: &Calibration, to: &mut Self::Int8) -> Quantization;
}

/// What is known of the numbers that flow through a layer.
pub struct Calibration<'a> {
    /// How the input is quantised.
    pub input: Quantization,
    /// The smallest and largest number before the activation.
    pub logits: [f32; 2],
    /// The smallest and largest number that the layer gives, with what is folded into it.
    pub output: [f32; 2],
    /// A normalisation behind the layer that is folded into it.
    pub norm: &'a dyn Fused,
    /// A clamp behind the layer that is folded into it.
    pub clamp: &'a dyn Fused,
}

impl core::fmt::Debug for Calibration<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Calibration").field("input", &self.input).field("output", &self.output).finish_non_exhaustive()
    }
}

/// A layer that can be folded into the one before it.
pub trait Fused {
    /// What it does with the numbers of one sample.
    fn apply(&self, _values: &mut [f32]) {}

    /// What it multiplies channel `c` by, and what it adds then.
    fn channel(&self, _c: usize) -> [f32; 2] {
        [1.0, 0.0]
    }

    /// Between which numbers it clamps.
    fn bounds(&self) -> [f32; 2] {
        [f32::NEG_INFINITY, f32::INFINITY]
    }
}

/// Nothing is folded.
impl Fused for () {}

impl Calibration<'_> {
    /// Sets what all channels of a layer of products share, and its end by the activation `A`. Gives the quantisation of what goes out.
    pub(super) fn set_output<A: Int8Activation, const N: usize>(
        &self,
        channels: &mut Channels<N>,
        ending: &mut A::Fused,
        rounding: Rounding,
    ) -> Quantization {
        let [sums, output] = A::fuse(self.logits, self.output, ending);
        let (own, behind) = (A::BOUNDS.unwrap_or([f32::NEG_INFINITY, f32::INFINITY]), self.clamp.bounds());
        channels.output = Output::new(sums, [own[0].max(behind[0]), own[1].min(behind[1])], rounding);
        output
    }

    /// Quantises the weights of channel `c` by the largest of them, to −127 ..= 127, and its bias to `scale_x · scale_w`.
    ///
    /// Where the bias is too large for that, the scale is larger, and where all is 0, it is 1.
    pub(super) fn set_channel<'w, const N: usize>(
        &self,
        channels: &mut Channels<N>,
        c: usize,
        (weights, bias): (impl Iterator<Item = (&'w f32, &'w mut i8)>, f32),
        largest: f32,
    ) {
        const MOST: f64 = (1 << 29) as f64; // with room for the sums of products
        let [factor, shift] = self.norm.channel(c).map(f64::from);
        let bias = f64::from(bias) * factor + shift;
        let input = f64::from(self.input.scale);
        let scale = (f64::from(largest) * libm::fabs(factor) / 127.0).max(libm::fabs(bias) / (input * MOST));
        let scale = if scale as f32 >= f32::MIN_POSITIVE { scale as f32 } else { 1.0 };
        let mut sum = 0_i32;
        for (weight, to) in weights {
            let q = libm::round(f64::from(*weight) * factor / f64::from(scale)).clamp(-127.0, 127.0);
            *to = q as i8;
            sum = sum.wrapping_add(i32::from(*to));
        }
        let bias = libm::round(bias / (input * f64::from(scale))) as i32;
        channels.set(c, bias, sum, self.input, scale);
    }
}

/// The largest of the magnitudes.
pub(super) fn largest(weights: &[f32]) -> f32 {
    weights.iter().fold(0.0, |largest, weight| weight.abs().max(largest))
}
