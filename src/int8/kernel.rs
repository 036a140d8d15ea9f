//! Sums of products of `i8`s, each requantised once: plain loops, which a compiler can make vectors of, without a wide multiplication in them.
//!
//! Images lie with their channels last: `x[y][x][c]`. A convolution copies what lies under its window to a *patch*, where it is one row, so
//! that each output is the product of two rows. What lies outside is the integer that stands for 0.

use super::arithmetic::Slices;
use crate::kernel::conv::Geometry;
use crate::kernel::{Wide, wide};
use crate::shape::first as first_of;

/// Whether the processor has vectors and registers for tiles.
const WIDE: bool = cfg!(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(congruent_scalar)));

/// Sums of a row that are requantised together.
const TOGETHER: usize = 32;

/// Channels, side by side, whose outputs are computed at a time.
const LANES: usize = if WIDE { 16 } else { 32 };

/// `y[c] = value(c, Σ weight[c][i]·x[i])`, for each channel.
pub(super) fn product(x: &[i8], weight: &[i8], channels: Slices, y: &mut [i8]) {
    wide(Product { x, weight, channels, y });
}

struct Product<'a> {
    x: &'a [i8],
    weight: &'a [i8],
    channels: Slices<'a>,
    y: &'a mut [i8],
}

impl Wide for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        one_row(self.x, self.weight, self.channels, self.y);
    }
}

/// Four channels at a time, for which each number of the row is read once.
#[cfg_attr(any(target_arch = "x86_64", target_arch = "aarch64"), inline(always))]
#[cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), inline(never))]
fn one_row(x: &[i8], weight: &[i8], channels: Slices, y: &mut [i8]) {
    let size = x.len().max(1);
    let (mut rows, mut first) = (weight, 0);
    while rows.len() >= size {
        let (mut sums, mut count) = ([0; TOGETHER], 0);
        for four in sums.as_chunks_mut::<4>().0 {
            if let Some((weights, more)) = rows.split_at_checked(4 * size) {
                *four = four_sums(x, weights);
                (rows, count) = (more, count + 4);
                continue;
            }
            for one in four {
                let Some((weights, more)) = rows.split_at_checked(size) else { break };
                *one = sum(x, weights);
                (rows, count) = (more, count + 1);
            }
        }
        channels.finish(first, first_of(&sums, count), y);
        first += count;
    }
}

/// Two rows by two channels at a time: four products for four numbers that are read. Processors of few registers take the rows one by one.
#[inline(always)]
fn two_rows([first, second]: [&[i8]; 2], weight: &[i8], channels: Slices, [y, y_second]: [&mut [i8]; 2]) {
    if !WIDE {
        one_row(first, weight, channels, y);
        one_row(second, weight, channels, y_second);
        return;
    }
    let size = first.len().max(1);
    let (mut rest, mut c) = (weight, 0);
    while let Some((two, more)) = rest.split_at_checked(2 * size) {
        let [sums, sums_second] = two_by_two(first, second, two);
        channels.finish(c, &sums, y);
        channels.finish(c, &sums_second, y_second);
        (rest, c) = (more, c + 2);
    }
    if let Some((one, _)) = rest.split_at_checked(size) {
        channels.finish(c, &[sum(first, one)], y);
        channels.finish(c, &[sum(second, one)], y_second);
    }
}

/// A product of two bytes, which fits in 16 bits.
#[inline(always)]
fn times(a: i8, b: i8) -> i32 {
    i32::from(a) * i32::from(b)
}

#[cfg_attr(any(target_arch = "x86_64", target_arch = "aarch64"), inline(always))]
#[cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), inline(never))]
fn sum(x: &[i8], weight: &[i8]) -> i32 {
    x.iter().zip(weight).fold(0, |sum: i32, (x, w)| sum.wrapping_add(times(*x, *w)))
}

#[cfg_attr(any(target_arch = "x86_64", target_arch = "aarch64"), inline(always))]
#[cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), inline(never))]
fn four_sums(x: &[i8], weight: &[i8]) -> [i32; 4] {
    let mut sums = [0_i32; 4];
    let (Some((ab, cd)), size) = (weight.split_at_checked(2 * x.len()), x.len()) else { return sums };
    let (Some((a, b)), Some((c, d))) = (ab.split_at_checked(size), cd.split_at_checked(size)) else { return sums };
    let ((x, x_rest), (a, a_rest), (b, b_rest)) = (x.as_chunks::<4>(), a.as_chunks::<4>(), b.as_chunks::<4>());
    let ((c, c_rest), (d, d_rest)) = (c.as_chunks::<4>(), d.as_chunks::<4>());
    for ((((x, a), b), c), d) in x.iter().zip(a).zip(b).zip(c).zip(d) {
        for (sum, w) in sums.iter_mut().zip([a, b, c, d]) {
            for (x, w) in x.iter().zip(w) {
                *sum = sum.wrapping_add(times(*x, *w));
            }
        }
    }
    for (sum, w) in sums.iter_mut().zip([a_rest, b_rest, c_rest, d_rest]) {
        for (x, w) in x_rest.iter().zip(w) {
            *sum = sum.wrapping_add(times(*x, *w));
        }
    }
    sums
}

#[cfg_attr(any(target_arch = "x86_64", target_arch = "aarch64"), inline(always))]
#[cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), inline(never))]
fn two_by_two(first: &[i8], second: &[i8], weight: &[i8]) -> [[i32; 2]; 2] {
    let mut sums = [[0_i32; 2]; 2];
    let Some((a, b)) = weight.split_at_checked(first.len()) else { return sums };
    let ((x, x_rest), (y, y_rest)) = (first.as_chunks::<4>(), second.as_chunks::<4>());
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    for (((x, y), a), b) in x.iter().zip(y).zip(a).zip(b) {
        add_two_by_two(&mut sums, x, y, a, b);
    }
    add_two_by_two(&mut sums, x_rest, y_rest, a_rest, b_rest);
    sums
}

#[inline(always)]
fn add_two_by_two(sums: &mut [[i32; 2]; 2], x: &[i8], y: &[i8], a: &[i8], b: &[i8]) {
    for (((x, y), a), b) in x.iter().zip(y).zip(a).zip(b) {
        sums[0][0] = sums[0][0].wrapping_add(times(*x, *a));
        sums[0][1] = sums[0][1].wrapping_add(times(*x, *b));
        sums[1][0] = sums[1][0].wrapping_add(times(*y, *a));
        sums[1][1] = sums[1][1].wrapping_add(times(*y, *b));
    }
}

/// Bytes that [`convolve`] borrows: two patches, unless it can read rows of the image as they are.
pub(super) const fn scratch_bytes(g: &Geometry) -> usize {
    if is_depthwise(g) || is_pointwise(g) {
        return 0;
    }
    2 * g.kernel[0] * g.kernel[1] * (g.channels / g.groups)
}

/// Whether each channel has one filter for itself.
pub(super) const fn is_depthwise(g: &Geometry) -> bool {
    g.groups == g.channels && g.groups == g.filters && g.groups > 1
}

/// Whether each output is made of the channels of one place.
const fn is_pointwise(g: &Geometry) -> bool {
    g.groups == 1
        && g.kernel[0] == 1
        && g.kernel[1] == 1
        && g.stride[0] == 1
        && g.stride[1] == 1
        && g.padding[0] == 0
        && g.padding[1] == 0
        && g.output[0] == g.input[0]
        && g.output[1] == g.input[1]
}

/// What a convolution of one image reads.
#[derive(Clone, Copy)]
pub(super) struct Read<'a> {
    pub g: &'a Geometry,
    pub x: &'a [i8],
    /// `[filter][ky][kx][c]`, of a depthwise one `[ky][kx][c]`.
    pub weight: &'a [i8],
    pub channels: Slices<'a>,
    /// The integer that stands for 0.
    pub padding: i8,
}

/// A convolution of one image.
pub(super) fn convolve(read: Read, y: &mut [i8], scratch: &mut [i8]) {
    wide(Convolution { read, y, scratch });
}

struct Convolution<'a> {
    read: Read<'a>,
    y: &'a mut [i8],
    scratch: &'a mut [i8],
}

impl Wide for Convolution<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Convolution { read, y, scratch } = self;
        if is_depthwise(read.g) {
            each_channel_alone(read, y);
        } else if is_pointwise(read.g) {
            each_place_alone(read, y);
        } else {
            by_patches(read, y, scratch);
        }
    }
}

/// 1×1: the places of the image are the rows of the product.
#[inline(always)]
fn each_place_alone(read: Read, y: &mut [i8]) {
    let Read { g, x, weight, channels, .. } = read;
    let (size, filters) = (g.channels.max(1), g.filters.max(1));
    let (mut rows, mut outputs) = (x, y);
    while let Some((two, more)) = rows.split_at_checked(2 * size) {
        let (first, second) = two.split_at_checked(size).unwrap_or_default();
        let (y, more_y) = core::mem::take(&mut outputs).split_at_mut_checked(2 * filters).unwrap_or_default();
        let (y, y_second) = y.split_at_mut_checked(filters).unwrap_or_default();
        two_rows([first, second], weight, channels, [y, y_second]);
        (rows, outputs) = (more, more_y);
    }
    if let Some((row, _)) = rows.split_at_checked(size) {
        one_row(row, weight, channels, outputs);
    }
}

/// Where the parts of a window are that lie within the image, along one side.
#[derive(Clone, Copy)]
struct Inside {
    /// The first part within, and behind the last.
    parts: [usize; 2],
    /// The row or column of the first part within.
    start: usize,
}

#[inline(always)]
fn inside(g: &Geometry, side: usize, stop: usize) -> Inside {
    let (begin, padding, dilation) = (stop * g.stride[side], g.padding[side], g.dilation[side]);
    let parts_up_to = |size: usize| match dilation {
        1 => size,
        _ => (size + dilation - 1).checked_div(dilation).unwrap_or(0),
    };
    let first = parts_up_to(padding.saturating_sub(begin)).min(g.kernel[side]);
    let end = parts_up_to((g.input[side] + padding).saturating_sub(begin)).min(g.kernel[side]);
    Inside { parts: [first, end.max(first)], start: (begin + first * dilation).saturating_sub(padding) }
}

/// Rows under the window, two at a time.
#[inline(always)]
fn by_patches(read: Read, y: &mut [i8], scratch: &mut [i8]) {
    let g = read.g;
    let depth = g.channels.checked_div(g.groups).unwrap_or(0);
    let filters = g.filters.checked_div(g.groups).unwrap_or(0);
    let size = g.kernel[0] * g.kernel[1] * depth;
    let (a, rest) = scratch.split_at_mut_checked(size).unwrap_or_default();
    let (b, _) = rest.split_at_mut_checked(size).unwrap_or_default();
    for group in 0..g.groups {
        let weight = read.weight.get(group * filters * size..).unwrap_or_default();
        let weight = weight.get(..filters * size).unwrap_or(weight);
        let channels = read.channels.behind(group * filters);
        // the first of two places waits for the second
        let mut waiting: Option<usize> = None;
        let mut at = group * filters;
        for oy in 0..g.output[0] {
            for ox in 0..g.output[1] {
                match waiting.take() {
                    None => {
                        copy_patch(read, [oy, ox], group * depth, a);
                        waiting = Some(at);
                    }
                    Some(first) => {
                        copy_patch(read, [oy, ox], group * depth, b);
                        let (y, y_second) = y.split_at_mut_checked(at).unwrap_or_default();
                        let y = y.get_mut(first..).unwrap_or_default();
                        let y = y.split_at_mut_checked(filters).unwrap_or_default().0;
                        let y_second = y_second.split_at_mut_checked(filters).unwrap_or_default().0;
                        two_rows([a, b], weight, channels, [y, y_second]);
                    }
                }
                at += g.filters;
            }
        }
        if let Some(first) = waiting {
            let y = y.get_mut(first..).unwrap_or_default();
            one_row(a, weight, channels, y.split_at_mut_checked(filters).unwrap_or_default().0);
        }
    }
}

/// What lies under the window at a stop, of the channels from `first` on.
#[inline(always)]
fn copy_patch(read: Read, [oy, ox]: [usize; 2], first: usize, patch: &mut [i8]) {
    let (g, x) = (read.g, read.x);
    let depth = g.channels.checked_div(g.groups).unwrap_or(0);
    let (down, right) = (inside(g, 0, oy), inside(g, 1, ox));
    let line = g.kernel[1] * depth;
    for ky in 0..g.kernel[0] {
        let Some(line) = patch.get_mut(ky * line..(ky + 1) * line) else { return };
        if ky < down.parts[0] || ky >= down.parts[1] {
            line.fill(read.padding);
            continue;
        }
        let row = (down.start + (ky - down.parts[0]) * g.dilation[0]) * g.input[1];
        let Some((before, rest)) = line.split_at_mut_checked(right.parts[0] * depth) else { return };
        let Some((within, behind)) = rest.split_at_mut_checked((right.parts[1] - right.parts[0]) * depth) else {
            return;
        };
        before.fill(read.padding);
        behind.fill(read.padding);
        let from = x.get((row + right.start) * g.channels + first..).unwrap_or_default();
        if g.dilation[1] == 1 && g.groups == 1 {
            copy(from, within);
        } else {
            let mut from = from;
            let mut within = within;
            while let Some((part, more)) = within.split_at_mut_checked(depth.max(1)) {
                copy(from, part);
                from = from.get(g.dilation[1] * g.channels..).unwrap_or_default();
                within = more;
            }
        }
    }
}

/// Copies as many as both have.
#[inline(always)]
fn copy(from: &[i8], to: &mut [i8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// A depthwise convolution: channels side by side.
#[inline(always)]
fn each_channel_alone(read: Read, y: &mut [i8]) {
    let (g, channels) = (read.g, read.channels);
    let mut rest = y;
    for oy in 0..g.output[0] {
        let down = inside(g, 0, oy);
        for ox in 0..g.output[1] {
            let right = inside(g, 1, ox);
            let Some((y, more)) = core::mem::take(&mut rest).split_at_mut_checked(g.channels) else { return };
            let mut first = 0;
            while first < g.channels {
                let sums = window_sums(read, [down, right], first);
                channels.finish(first, &sums, y);
                first += LANES;
            }
            rest = more;
        }
    }
}

/// The sums under a window of the channels from `first` on.
#[inline(always)]
fn window_sums(read: Read, [down, right]: [Inside; 2], first: usize) -> [i32; LANES] {
    let Read { g, x, weight, padding, .. } = read;
    let mut sums = [0; LANES];
    let whole = first + LANES <= g.channels;
    for ky in 0..g.kernel[0] {
        let row_within = down.parts[0] <= ky && ky < down.parts[1];
        let row = (down.start + ky.wrapping_sub(down.parts[0]).wrapping_mul(g.dilation[0])).wrapping_mul(g.input[1]);
        for kx in 0..g.kernel[1] {
            let weight = weight.get((ky * g.kernel[1] + kx) * g.channels + first..).unwrap_or_default();
            let within = row_within && right.parts[0] <= kx && kx < right.parts[1];
            if !within {
                let weight = weight.get(..g.channels - first).unwrap_or(weight);
                add_constant(&mut sums, padding, weight);
                continue;
            }
            let place = row + right.start + (kx - right.parts[0]) * g.dilation[1];
            let x = x.get(place * g.channels + first..).unwrap_or_default();
            match (whole, x.first_chunk::<LANES>(), weight.first_chunk::<LANES>()) {
                (true, Some(x), Some(weight)) => add_products(&mut sums, x, weight),
                _ => add_products(&mut sums, x.get(..g.channels - first).unwrap_or_default(), weight),
            }
        }
    }
    sums
}

#[inline(always)]
fn add_products(sums: &mut [i32; LANES], x: &[i8], weight: &[i8]) {
    for (sum, (x, w)) in sums.iter_mut().zip(x.iter().zip(weight)) {
        *sum = sum.wrapping_add(times(*x, *w));
    }
}

#[inline(always)]
fn add_constant(sums: &mut [i32; LANES], x: i8, weight: &[i8]) {
    for (sum, w) in sums.iter_mut().zip(weight) {
        *sum = sum.wrapping_add(times(x, *w));
    }
}

/// What a pool does with what lies under its window.
pub(super) trait Pool {
    /// Where it starts.
    const START: i32;
    /// With one more number.
    fn gather(so_far: i32, x: i32) -> i32;
    /// The output, of a window of `count` numbers, `outside` of which lie outside the image and stand for 0, as `padding` does.
    fn finish(gathered: i32, count: i32, outside: i32, padding: i8) -> i8;
}

/// Pools each channel of one image.
pub(super) fn pool<P: Pool>(g: &Geometry, channels: usize, x: &[i8], padding: i8, y: &mut [i8]) {
    let count = (g.kernel[0] * g.kernel[1]) as i32;
    let mut rest = y;
    for oy in 0..g.output[0] {
        let down = inside(g, 0, oy);
        for ox in 0..g.output[1] {
            let right = inside(g, 1, ox);
            let Some((y, more)) = core::mem::take(&mut rest).split_at_mut_checked(channels) else { return };
            let [rows, columns] = [down, right].map(|side| side.parts[1] - side.parts[0]);
            let outside = count - (rows * columns) as i32;
            let mut first = 0;
            while first < channels {
                let gathered = gathered::<P>(g, channels, x, [down, right], first);
                for (y, gathered) in y.get_mut(first..).unwrap_or_default().iter_mut().zip(gathered) {
                    *y = P::finish(gathered, count, outside, padding);
                }
                first += LANES;
            }
            rest = more;
        }
    }
}

#[inline(always)]
fn gathered<P: Pool>(
    g: &Geometry,
    channels: usize,
    x: &[i8],
    [down, right]: [Inside; 2],
    first: usize,
) -> [i32; LANES] {
    let mut gathered = [P::START; LANES];
    for ky in 0..down.parts[1] - down.parts[0] {
        let row = (down.start + ky * g.dilation[0]) * g.input[1];
        for kx in 0..right.parts[1] - right.parts[0] {
            let place = row + right.start + kx * g.dilation[1];
            let x = x.get(place * channels + first..).unwrap_or_default();
            let x = x.get(..channels - first).unwrap_or(x);
            for (gathered, x) in gathered.iter_mut().zip(x) {
                *gathered = P::gather(*gathered, i32::from(*x));
            }
        }
    }
    gathered
}
