//! The derivative by the input of a convolution.
//!
//! With a stride of 1 it is a convolution of `dy` by the window turned around. Otherwise the products of the weights with `dy` are added
//! where they belong: with `t[c][ky][kx][oy][ox] = sum over f of weight[f][c][ky][kx] * dy[f][oy][ox]`, a product of two matrices that is made a few lines
//! at a time, `dx[c][oy·stride + ky·dilation - padding][ox·…] += t[c][ky][kx][oy][ox]`.

use super::super::dispatch::{Task, dispatch};
use super::super::parts::{every_mut, parts, parts_mut};
use super::super::vector::Vector;
use super::slide::Slide;
use super::{Geometry, Weights, flat, slide_over};

/// `dx[n][c][y][x] = start[c] + sum of weight[f][c][ky][kx] * dy[n][f][oy][ox]` over what is multiplied with this input.
///
/// `start` is `[channels]` or empty, `taps` are the [`Geometry::back_offsets`], `buffer` has [`Geometry::back_buffer`] floats; the other
/// arguments are as in [`forward`](super::forward).
pub fn input_gradient(
    g: &Geometry,
    taps: &[u32],
    dy: &[f32],
    weight: &[f32],
    start: &[f32],
    dx: &mut [f32],
    buffer: &mut [f32],
) {
    let fits = taps.len() == g.taps()
        && weight.len() == g.filters * g.depth() * g.taps()
        && (start.is_empty() || start.len() == g.channels)
        && buffer.len() >= g.back_buffer();
    if !fits {
        return;
    }
    if g.is_dense() && flat::pays(&g.turned()) {
        let filters = g.filters_in_group();
        flat::over_flat(&g.turned(), true, dy, weight, Back::weights(g, filters), start, dx);
    } else {
        dispatch(Back { g, taps, dy, weight, start, dx, buffer });
    }
}

struct Back<'a> {
    g: &'a Geometry,
    taps: &'a [u32],
    dy: &'a [f32],
    weight: &'a [f32],
    start: &'a [f32],
    dx: &'a mut [f32],
    buffer: &'a mut [f32],
}

impl Back<'_> {
    /// How the weights lie for the turned convolution.
    #[inline(always)]
    fn weights(g: &Geometry, filters: usize) -> Weights {
        let weights = g.depth() * g.taps();
        Weights { group: filters * weights, row: g.taps(), channel: weights }
    }
}

impl Task for Back<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let Back { g, taps, dy, weight, start, dx, buffer } = self;
        let filters = g.filters_in_group();
        let weights = g.depth() * g.taps();
        if g.is_dense() {
            // SAFETY: the caller vouches for the vectors, `input_gradient` for the sizes.
            unsafe { slide_over::<V>(&g.turned(), taps, dy, weight, Back::weights(g, filters), start, dx, buffer) };
            return;
        }
        let (x_group, y_group) = (g.depth() * g.plane(), filters * g.out_plane());
        let groups = parts_mut(dx, x_group).zip(parts(dy, y_group));
        for (group, (dx, dy)) in (0..g.groups).cycle().zip(groups) {
            let Some(weight) = weight.get(group * filters * weights..(group + 1) * filters * weights) else { return };
            for (c, dx) in parts_mut(dx, g.plane()).enumerate() {
                dx.fill(start.get(group * g.depth() + c).copied().unwrap_or(0.0));
            }
            if g.is_depthwise() {
                for (tap, weight) in weight.iter().enumerate() {
                    // SAFETY: one plane of each; the caller vouches for the vectors.
                    unsafe { add::<V>(g, tap, *weight, dy, 0..g.output[0], dx) };
                }
                continue;
            }
            let mut top = 0;
            while top < g.output[0] {
                let lines = g.back_rows().min(g.output[0] - top);
                let mut channel = 0;
                while channel < g.depth() {
                    let channels = g.back_channels().min(g.depth() - channel);
                    let columns = lines * g.output[1];
                    let slide = Slide {
                        rows: channels * g.taps(),
                        channels: filters,
                        taps: &[0],
                        lines: 1,
                        columns,
                        a: weight.as_ptr().wrapping_add(channel * g.taps()),
                        a_row: 1,
                        a_channel: weights,
                        a_tap: 0,
                        b: dy.as_ptr().wrapping_add(top * g.output[1]),
                        b_channel: g.out_plane(),
                        b_line: 0,
                        b_len: dy.len() - top * g.output[1],
                        start: core::ptr::null(),
                        c: buffer.as_mut_ptr(),
                        c_row: columns,
                        c_line: 0,
                        flat: None,
                    };
                    // SAFETY: the slices have the sizes of the geometry, which `input_gradient` and the division into groups see to;
                    // the caller vouches for the vectors.
                    unsafe { V::apart(slide) };
                    let planes = parts_mut(dx, g.plane()).skip(channel).take(channels);
                    for (dx, products) in planes.zip(parts(buffer, g.taps() * columns)) {
                        for (tap, products) in parts(products, columns).enumerate() {
                            // SAFETY: `lines` lines of products, one plane; the caller vouches for the vectors.
                            unsafe { add::<V>(g, tap, 1.0, products, top..top + lines, dx) };
                        }
                    }
                    channel += channels;
                }
                top += lines;
            }
        }
    }
}

/// Adds `factor` times the `products` of one tap with the rows `rows` of the output to a plane.
///
/// # Safety
///
/// The processor must have the vectors.
#[inline(always)]
unsafe fn add<V: Vector>(
    g: &Geometry,
    tap: usize,
    factor: f32,
    products: &[f32],
    rows: core::ops::Range<usize>,
    dx: &mut [f32],
) {
    let [height, width] = g.input;
    let [down, right] = g.down_and_right(tap);
    let (columns, first) = g.over_the_input(right, g.output[1]);
    // SAFETY: no vector of the processor's is missing, by the caller.
    let factors = unsafe { V::splat(factor) };
    for (products, row) in parts(products, g.output[1]).zip(rows) {
        let y = (row * g.stride[0] + down).wrapping_sub(g.padding[0]);
        if y >= height {
            continue;
        }
        let products = products.get(columns.clone()).unwrap_or_default();
        let dx = dx.get_mut(y * width + first..(y + 1) * width).unwrap_or_default();
        if g.stride[1] == 1 {
            let count = products.len().min(dx.len());
            let mut i = 0;
            // SAFETY: both slices have `count` floats.
            unsafe {
                let (from, to) = (products.as_ptr(), dx.as_mut_ptr());
                while count - i >= V::LANES {
                    V::load(from.add(i)).mul_add(factors, V::load(to.add(i))).store(to.add(i));
                    i += V::LANES;
                }
                let rest = count - i;
                if rest > 0 {
                    let sum = V::load_first(from.add(i), rest).mul_add(factors, V::load_first(to.add(i), rest));
                    sum.store_first(to.add(i), rest);
                }
            }
        } else {
            for (dx, product) in every_mut(dx, g.stride[1]).zip(products) {
                *dx += factor * product;
            }
        }
    }
}
