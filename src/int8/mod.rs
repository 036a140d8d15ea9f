//! Networks in integers: the int8 form of a declared network, for processors that are slow with `f32` or short of memory.
//!
//! # A number as an integer
//!
//! `real = (q − zero_point) · scale`, where `q` is an `i8`: activations have one scale and zero point a tensor ([`Quantization`]), weights a
//! scale for each output and the zero point 0, within −127 ..= 127. A layer of products then computes in integers alone
//!
//! `y[c] = clamp(zero_point_y + M[c] · (bias[c] + Σᵢ w[c][i]·(x[i] − zero_point_x)))` with `M[c] = scale_x · scale_w[c] / scale_y`,
//!
//! where the sum is an `i32`, the bias has the scale `scale_x · scale_w[c]`, the clamp is the fused activation, and `M` is a [`Multiplier`],
//! an integer of 31 bits and a power of two. (Jacob et al., "Quantization and Training of Neural Networks for Efficient
//! Integer-Arithmetic-Only Inference", 2018, section 2; the rules of scales are those of TensorFlow Lite's "8-bit quantization
//! specification".)
//!
//! # Whose bits
//!
//! Each operator gives the bits of TensorFlow Lite's reference kernels (`tests/golden/int8.py` asks them). Of two that these have for the
//! same operator, which is followed stands with the layer; see [`Rounding`].
//!
//! # From a trained network
//!
//! `#[int8]` above a network declares its int8 form beside it, of the same field names, and [`Quantize`] sets it from the weights and from
//! what flows through the network for some samples:
//!
//! ```
//! # #[cfg(feature = "std")] {
//! use congruent::int8::Quantize;
//! use congruent::prelude::*;
//!
//! network! {
//!     #[int8]
//!     pub struct Digits: [64] -> [10] {
//!         hidden: Dense<64, 32, Relu>,
//!         output: Dense<32, 10, Softmax>,
//!     }
//! }
//!
//! let trained = Digits::seeded(1); // as if it were
//! let samples = [[0.0; 64], [0.5; 64], [1.0; 64]];
//! let mut quantize = Quantize::new(&*trained);
//! quantize.observe(&samples);
//! let (digits, report) = quantize.finish()?;
//! println!("{report}");
//!
//! let classes: [f32; 10] = digits.forward(&samples[1]);
//! assert!(DigitsInt8::PARAMETER_BYTES < Digits::PARAMETER_BYTES / 3);
//! assert_eq!(DigitsInt8::INFERENCE_BYTES, 32);
//! # assert!((classes.iter().sum::<f32>() - 1.0).abs() < 0.05);
//! # }
//! # Ok::<(), congruent::int8::QuantizeError>(())
//! ```
//!
//! Without `std` what is left is the int8 network itself: no allocator, no panic, no floating point but in `forward`, at both ends.

// (Types have names that no layer of `f32` has: rustc writes the whole path of what two have.)
mod activation;
mod arithmetic;
mod calibration;
mod fixed_point;
mod in_place;
mod kernel;
mod layers;
mod memory;
pub(crate) mod network;
mod plan;
#[cfg(feature = "std")]
mod quantize;
#[cfg(feature = "std")]
mod report;

pub use activation::{Bounds, Ending, Int8Activation, SoftmaxInt8, TableInt8, Within};
pub use arithmetic::{Channels, Multiplier, Quantization, Rounding};
pub use calibration::{Calibration, Fused, Quantizable};
#[doc(hidden)]
pub use in_place::InPlace;
pub use layers::{
    ActivateInt8, AsDeclared, AvgPool2dInt8, Conv2dInt8, DenseInt8, Folded, GlobalAvgPoolInt8, GlobalMaxPoolInt8,
    MaxPool2dInt8, Order, Reorder, ZeroPad2dInt8,
};
pub use memory::{Int8Shape, Int8s};
pub use network::{HasInt8, Int8Network, LayerVisitor};
#[doc(hidden)]
pub use plan::{MemoryPlan, Place, Size, plan, run};
#[cfg(feature = "std")]
pub use quantize::{Quantize, QuantizeError};
#[cfg(feature = "std")]
pub use report::{LayerReport, Report};

/// A layer of an int8 network.
///
/// What flows are slices of `i8`, in the order of the shape, but images and signals with their channels last: `[C, H, W]` lies as
/// `[H][W][C]`, so that the numbers that a convolution adds up lie side by side.
pub trait Int8Layer: Sized + 'static {
    /// The shape that it takes, of `f32`s, as the network declares it.
    type Input: Int8Shape;
    /// The shape that it gives.
    type Output: Int8Shape;

    /// A layer of zeros.
    const ZERO: Self;
    /// Bytes that it borrows, beyond input and output.
    const SCRATCH: usize = 0;
    /// Whether it changes nothing, not even the order, so that it need not be run.
    const IS_IDENTITY: bool = false;

    /// Maps one sample.
    fn infer(&self, x: &[i8], y: &mut [i8], scratch: &mut [i8]);
}

/// How many channels a shape has and how many places each, as it lies here: a vector is numbers of one channel.
pub(crate) const fn planes(dims: &crate::shape::Dims) -> [usize; 2] {
    match dims.as_slice() {
        [channels, _, ..] if *channels > 0 => [*channels, dims.count() / *channels],
        _ => [1, dims.count()],
    }
}
