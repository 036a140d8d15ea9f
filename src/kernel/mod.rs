//! The loops in which the time goes.
//!
//! | kernel | formula | users |
//! |---|---|---|
//! | [`affine()`] | `y = x · weightᵀ + bias` | forward of dense layers |
//! | [`weight_gradient`] | `dw += dyᵀ · x` | backward |
//! | [`bias_gradient`] | `db += sum of dy` | backward |
//! | [`input_gradient`], [`add_input_gradient`] | `dx = dy · weight`, or `+=` | backward |
//! | `rows` | the four above, of dimensions known at run time | recurrent layers |
//! | [`map`], [`zip`], [`zip3`] | a function on every element | activations, losses |
//! | [`update0`], [`update1`], [`update2`] | a function on every parameter and its state | optimizers |
//! | `conv` | sums of products under windows | convolutions |
//! | `pool` | the largest or the mean under windows | pools |
//! | `norm` | sums and maps over channels | batch normalisation |
//! | [`wide()`] | work of your own, compiled for wide vectors | softmax, losses |
//! | [`sum_of_squares`] | `sum of values²` | gradient norms |
//!
//! `reference` writes the products out as their formulas. [`math`] has the elementary functions.
//!
//! Each kernel is written once, over a vector type, and compiled for several: with `std` the best one that the processor has is chosen
//! at run time, without `std` the one the target was compiled for. Products may round differently on different processors (a fused
//! multiply-add rounds once); element-wise kernels and `math` give the same bits everywhere. No kernel allocates or panics.
//!
//! What trusts the numbers that it is given is the crate's own:
//!
//! ```compile_fail,E0432
//! use congruent::__private::kernel::conv; // its geometry could be any
//! ```
//!
//! Arrays that begin at multiples of 64 bytes are read faster, since no vector then straddles two cache lines.

mod affine;
pub(crate) mod conv;
mod dispatch;
mod elementwise;
mod gradient;
pub mod math;
pub(crate) mod norm;
mod parts;
pub(crate) mod pool;
#[cfg(test)]
mod pool_tests;
#[cfg(test)]
mod reference;
pub(crate) mod rows;
#[cfg(test)]
mod tests;
pub(crate) mod threads;
mod vector;

pub(crate) use affine::finish_rows;
pub use affine::{Epilogue, NoEpilogue, affine};
pub use dispatch::{Wide, wide};
pub use elementwise::{all_finite, map, sum_of_squares, update0, update1, update2, zip, zip3};
pub use gradient::{add_input_gradient, bias_gradient, input_gradient, weight_gradient};
