//! Convolution over planes, forward and back.
//!
//! | kernel | formula | users |
//! |---|---|---|
//! | [`forward`] | `y = weight * x + bias` | convolutions forward, transposed convolutions backward |
//! | [`weight_gradient`] | `dw += dy * x` | both backward |
//! | [`bias_gradient`] | `db += sum of dy` | both backward |
//! | [`input_gradient`] | `dx = weightᵀ * dy` | convolutions backward, transposed convolutions forward |
//!
//! No table of all windows (im2col) is made. Where the windows can be read from the input as it lies, they are; where there is padding or
//! a stride, a few lines at a time are laid out with their zeros, each stride's columns side by side, in at most 16 KiB (or one line).
//! Then `slide` multiplies. With `std`, planes smaller than a vector and single channels are laid out as a whole (`flat`), a few channels at
//! a time, on the stack; so is what the gradient by the weights goes over, that a dot product is as long as a plane: 64 KiB. The way back to the input is such a convolution too, with the window turned around, if the stride is 1; else it
//! multiplies first, a few lines at a time, and adds the products where they belong.
//!
//! `reference` writes the formulas out.

#![allow(unsafe_code)]

mod back;
mod flat;
mod geometry;
mod lay;
#[cfg(test)]
mod reference;
mod share;
mod slide;
#[cfg(test)]
mod tests;
mod weight;

use super::dispatch::{Task, dispatch};
use super::parts::{parts, parts_mut};
use super::vector::Vector;
use slide::Slide;

pub use back::input_gradient;
pub use geometry::Geometry;
pub(crate) use share::each_few;
pub use weight::{bias_gradient, weight_gradient};

/// `y[n][f][oy][ox] = bias[f] + sum weight[f][c][ky][kx] * x[n][c][oy·stride + ky·dilation - padding][ox·…]`
///
/// `x` is `[n][channels][height][width]`, `weight` is `[filters][depth][kernel]`, `bias` is `[filters]` or empty, `y` is
/// `[n][filters][out_height][out_width]`; `taps` are the [`Geometry::offsets`], `buffer` has [`Geometry::buffer`] floats. The fewer samples
/// count. A sample's result does not depend on the others. Does nothing when a slice is too short for the geometry.
pub fn forward(g: &Geometry, taps: &[u32], x: &[f32], weight: &[f32], bias: &[f32], y: &mut [f32], buffer: &mut [f32]) {
    let fits = taps.len() == g.taps()
        && weight.len() == g.filters * g.depth() * g.taps()
        && (bias.is_empty() || bias.len() == g.filters)
        && buffer.len() >= g.buffer();
    if !fits {
        return;
    }
    if flat::pays(g) {
        let (depth, filters) = (g.depth() * g.taps(), g.filters_in_group());
        let weights = Weights { group: filters * depth, row: depth, channel: g.taps() };
        flat::over_flat(g, false, x, weight, weights, bias, y);
    } else {
        dispatch(Forward { g, taps, x, weight, bias, y, buffer });
    }
}

struct Forward<'a> {
    g: &'a Geometry,
    taps: &'a [u32],
    x: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    y: &'a mut [f32],
    buffer: &'a mut [f32],
}

impl Task for Forward<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let Forward { g, taps, x, weight, bias, y, buffer } = self;
        let depth = g.depth() * g.taps();
        let weights = Weights { group: g.filters_in_group() * depth, row: depth, channel: g.taps() };
        // SAFETY: the caller vouches for the vectors, `forward` for the sizes.
        unsafe { slide_over::<V>(g, taps, x, weight, weights, bias, y, buffer) };
    }
}

/// How the weights lie: the distances from group to group, from filter to filter, from channel to channel.
struct Weights {
    group: usize,
    row: usize,
    channel: usize,
}

/// Slides the windows of a geometry over all groups of all samples.
///
/// # Safety
///
/// The slices must have the sizes of the geometry, and the processor the vectors.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // what a convolution is made of
unsafe fn slide_over<V: Vector>(
    g: &Geometry,
    taps: &[u32],
    x: &[f32],
    weight: &[f32],
    weights: Weights,
    start: &[f32],
    y: &mut [f32],
    buffer: &mut [f32],
) {
    let filters = g.filters_in_group();
    let (x_group, y_group) = (g.depth() * g.plane(), filters * g.out_plane());
    let (strip, channel_step) = (g.strip(), g.channel_step());
    let groups = parts(x, x_group).zip(parts_mut(y, y_group));
    for (group, (x, y)) in (0..g.groups).cycle().zip(groups) {
        let mut top = 0;
        while top < g.output[0] {
            let lines = strip.min(g.output[0] - top);
            let b = if g.is_direct() {
                x
            } else {
                // SAFETY: the caller vouches for the vectors.
                unsafe { lay::lay_out::<V>(g, x, top, lines, buffer, channel_step) };
                &*buffer
            };
            let slide = Slide {
                rows: filters,
                channels: g.depth(),
                taps,
                lines,
                columns: g.output[1],
                a: weight.as_ptr().wrapping_add(group * weights.group),
                a_row: weights.row,
                a_channel: weights.channel,
                a_tap: 1,
                b: b.as_ptr(),
                b_channel: channel_step,
                b_line: g.stride[0] * g.line(),
                b_len: b.len(),
                start: if start.is_empty() { core::ptr::null() } else { start.as_ptr().wrapping_add(group * filters) },
                c: y.as_mut_ptr().wrapping_add(top * g.output[1]),
                c_row: g.out_plane(),
                c_line: g.output[1],
                flat: None,
            };
            // SAFETY: the slices have the sizes of the geometry, by the caller and the division into groups; windows stay within `b`
            // by the definitions of the geometry; the caller vouches for the vectors.
            unsafe { V::apart(slide) };
            top += lines;
        }
    }
}

/// Samples whose outputs take half a nearest cache of 32 KiB, and one at least.
pub const fn samples_at_a_time(floats: usize) -> usize {
    let samples = 4096 / (floats + 1);
    if samples == 0 { 1 } else { samples }
}
