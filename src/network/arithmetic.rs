//! The arithmetic of shapes, for constants that only rustc sees: the functions of `macros/src/arithmetic.rs`, which `network!` itself runs
//! for numbers.

use crate::kernel::conv::Geometry;

congruent_macros::__arithmetic! {}

/// A geometry, of what `network!` passes: channels, filters and depth; then pairs.
const fn geometry([channels, filters, depth]: [usize; 3], pairs: [[usize; 2]; 6]) -> Geometry {
    let [input, output, kernel, stride, padding, dilation] = pairs;
    let groups = match channels.checked_div(depth) {
        Some(groups) => groups,
        None => 1,
    };
    Geometry { channels, filters, groups, input, output, kernel, stride, padding, dilation }.without_zeros()
}

/// Floats that a convolution borrows in inference.
#[must_use]
pub const fn buffer(planes: [usize; 3], pairs: [[usize; 2]; 6]) -> usize {
    geometry(planes, pairs).buffer()
}

/// Floats that a transposed convolution borrows in inference, of the geometry of the convolution that goes the other way.
#[must_use]
pub const fn back_buffer(planes: [usize; 3], pairs: [[usize; 2]; 6]) -> usize {
    geometry(planes, pairs).back_buffer()
}

/// Floats that a convolution borrows in training.
#[must_use]
pub const fn training_buffer(planes: [usize; 3], pairs: [[usize; 2]; 6]) -> usize {
    geometry(planes, pairs).training_buffer()
}
