//! The convolution: `y[f] = clamp(zero_point + M[f] · (bias[f] + Σ w·x))` over what lies under the window, CONV_2D and DEPTHWISE_CONV_2D of
//! TensorFlow Lite, whose reference kernels round the product with `M` twice.

use core::fmt;
use core::marker::PhantomData;

use crate::int8::activation::{Ending, Int8Activation};
use crate::int8::arithmetic::{Channels, Output, Quantization, Rounding};
use crate::int8::calibration::{Calibration, Quantizable, largest};
use crate::int8::kernel::{self, Read};
use crate::int8::{Int8Layer, Int8Shape, Int8s};
use crate::kernel::conv::Geometry;
use crate::layers::{self as float, Window, window};
use crate::memory::plain::{Marker, flatten};
use crate::shape::Shape;

use super::{assert_depth, assert_ending};

/// `C_OUT` filters over images or signals of `C_IN` channels, of which each sees `DEPTH`, by the window `G`.
#[derive(Clone)]
#[repr(C)]
pub struct Conv2dInt8<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, E, G: Window> {
    channels: Channels<C_OUT>,
    /// `[f][ky][kx][c]`, of a depthwise convolution `[ky][kx][f]`.
    weight: [[<G::Kernel as Int8Shape>::Int8; DEPTH]; C_OUT],
    ending: E,
    window: Marker<G>,
}

impl<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, E, G: Window> Conv2dInt8<C_IN, C_OUT, DEPTH, E, G> {
    const GEOMETRY: Geometry = window::geometry::<G>("Conv2d", C_IN, C_OUT, DEPTH);

    /// The weights, as TensorFlow Lite has them: `[filter][ky][kx][channel]`, of a depthwise convolution `[ky][kx][channel]`.
    pub fn weight(&self) -> &[i8] {
        self.weight.as_flat()
    }

    /// Has products rounded otherwise.
    pub fn round(&mut self, rounding: Rounding) {
        self.channels.output.once = rounding == Rounding::Once;
    }

    /// Where the weight of a filter, a channel and a part of the window lies.
    fn place(f: usize, c: usize, part: usize) -> usize {
        let parts = <G::Kernel as Shape>::DIMS.count();
        match kernel::is_depthwise(const { &Self::GEOMETRY }) {
            true => part * C_OUT + f,
            false => (f * parts + part) * DEPTH + c,
        }
    }

    /// Sets the layer from integers as a file of TensorFlow Lite has them, in the order of [`weight`](Conv2dInt8::weight): the bias without the
    /// zero point of the input, a scale of the weights for each filter, or one for all. `bounds` are those of a fused activation.
    pub fn set(
        &mut self,
        (weight, bias, scales): (&[i8], &[i32; C_OUT], &[f32]),
        input: Quantization,
        (output, bounds): (Quantization, [f32; 2]),
    ) {
        super::copy(weight, self.weight.as_flat_mut());
        self.channels.output = Output::new(output, bounds, Rounding::Twice);
        let scales = scales.iter().chain(core::iter::repeat(scales.last().unwrap_or(&1.0)));
        for (f, (bias, scale)) in bias.iter().zip(scales).enumerate() {
            let parts = (0..DEPTH).flat_map(|c| (0..<G::Kernel as Shape>::DIMS.count()).map(move |part| (c, part)));
            let weights = parts.map(|(c, part)| self.weight.as_flat().get(Self::place(f, c, part)));
            let sum = weights.map(|q| i32::from(*q.unwrap_or(&0))).sum();
            self.channels.set(f, *bias, sum, input, *scale);
        }
    }
}

impl<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, E: fmt::Debug, G: Window> fmt::Debug
    for Conv2dInt8<C_IN, C_OUT, DEPTH, E, G>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conv2d").field("channels", &self.channels).field("weight", &self.weight).finish_non_exhaustive()
    }
}

impl<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, E: Ending, G: Window> Int8Layer
    for Conv2dInt8<C_IN, C_OUT, DEPTH, E, G>
{
    type Input = [G::Plane; C_IN];
    type Output = [G::Stops; C_OUT];

    const ZERO: Self = {
        assert_depth(DEPTH * <G::Kernel as Shape>::DIMS.count());
        assert_ending::<E, Self::Output>();
        Conv2dInt8 { channels: Channels::ZERO, weight: Int8s::ZERO, ending: E::ZERO, window: PhantomData }
    };
    const SCRATCH: usize = kernel::scratch_bytes(&Self::GEOMETRY);

    fn infer(&self, x: &[i8], y: &mut [i8], scratch: &mut [i8]) {
        let read = Read {
            g: const { &Self::GEOMETRY },
            x,
            weight: self.weight.as_flat(),
            channels: self.channels.all(),
            padding: self.channels.padding,
        };
        kernel::convolve(read, y, scratch);
        self.ending.apply(y);
    }
}

#[diagnostic::do_not_recommend]
impl<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, const BIAS: usize, A: Int8Activation, G: Window>
    Quantizable for float::Conv2d<C_IN, C_OUT, DEPTH, BIAS, A, G>
{
    type Int8 = Conv2dInt8<C_IN, C_OUT, DEPTH, A::Fused, G>;

    fn quantize(&self, at: &Calibration, to: &mut Self::Int8) -> Quantization {
        let output = at.set_output::<A, C_OUT>(&mut to.channels, &mut to.ending, Rounding::Twice);
        let parts = <G::Kernel as Shape>::DIMS.count();
        for (f, filter) in self.weight.iter().enumerate() {
            let weights = flatten(filter);
            // to a row of the filter's own, from which they go to their places
            let mut row = <[<G::Kernel as Int8Shape>::Int8; DEPTH]>::ZERO;
            let bias = self.bias.get(f).copied().unwrap_or(0.0);
            at.set_channel(&mut to.channels, f, (weights.iter().zip(row.as_flat_mut()), bias), largest(weights));
            for (i, q) in row.as_flat().iter().enumerate() {
                let place = Self::Int8::place(f, i.checked_div(parts).unwrap_or(0), i.checked_rem(parts).unwrap_or(0));
                if let Some(to) = to.weight.as_flat_mut().get_mut(place) {
                    *to = *q;
                }
            }
        }
        output
    }
}
