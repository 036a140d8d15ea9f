//! The int8 forms of layers, a file each.

mod activate;
mod conv2d;
mod dense;
mod folded;
mod pool;
mod reorder;
mod zero_pad2d;

use super::Int8Shape;
use super::activation::Ending;

pub use activate::ActivateInt8;
pub use conv2d::Conv2dInt8;
pub use dense::DenseInt8;
pub use folded::Folded;
pub use pool::{AvgPool2dInt8, GlobalAvgPoolInt8, GlobalMaxPoolInt8, MaxPool2dInt8};
pub use reorder::{AsDeclared, Order, Reorder};
pub use zero_pad2d::ZeroPad2dInt8;

/// Fails, while compiling, when the sums of a layer could be more than 32 bits: of products of −128 by 127, and a bias of 2²⁹.
const fn assert_depth(products: usize) {
    assert!(products <= 1 << 16, "an int8 layer adds up 65,536 products at most, so that 32 bits hold the sum");
}

/// Fails, while compiling, when what is over a vector stands behind what is none.
const fn assert_ending<E: Ending, S: Int8Shape>() {
    assert!(!E::OF_VECTORS || S::DIMS.as_slice().len() <= 1, "an int8 `Softmax` is over a vector");
}

/// Copies as many as both have.
fn copy(from: &[i8], to: &mut [i8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
