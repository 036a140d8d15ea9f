//! The derivatives by the weights and the bias of a convolution.
//!
//! Each is a dot product of a plane of `dy` with a shifted plane of `x`: along lines, and over samples where the input lies as it is.
//! A tile of them, a few filters by a few weights, keeps the partial sums of all lanes in registers.

use super::super::dispatch::{Task, dispatch};
use super::super::parts::{parts, parts_mut};
use super::super::threads;
use super::super::vector::Vector;
use super::share::{LARGE, with_room};
use super::{Geometry, lay};

/// `dw[f][c][ky][kx] += sum dy[n][f][oy][ox] * x[n][c][oy·stride + ky·dilation - padding][ox·…]`
///
/// Arguments as in [`forward`](super::forward).
pub fn weight_gradient(g: &Geometry, taps: &[u32], dy: &[f32], x: &[f32], dw: &mut [f32], room: &mut [f32]) {
    let row = g.depth() * g.taps();
    let fits = taps.len() == g.taps() && dw.len() == g.filters * row && room.len() >= g.room();
    if !fits {
        return;
    }
    let samples = dy.len() / (g.filters * g.out_plane()).max(1);
    let operations = usize::try_from(g.macs()).unwrap_or(usize::MAX).saturating_mul(samples);
    let pieces = if g.room() <= LARGE { threads::pieces(operations) } else { 1 };
    if pieces < 2 {
        dispatch(Weight { g, taps, dy, x, first: 0, dw, room });
        return;
    }
    // each thread takes some filters of all samples, or some groups: no sum is divided
    let unit = row * if g.groups == 1 { TILE } else { g.filters_in_group() };
    threads::split(pieces, unit.max(1), dw, &|first, dw| {
        let first = first.checked_div(row).unwrap_or(0);
        with_room(g.room(), |room| dispatch(Weight { g, taps, dy, x, first, dw, room }));
    });
}

/// Filters of a tile, or nearly.
const TILE: usize = 4;

struct Weight<'a> {
    g: &'a Geometry,
    taps: &'a [u32],
    dy: &'a [f32],
    x: &'a [f32],
    /// The first filter of `dw`: whole groups of them, or some of the only group.
    first: usize,
    dw: &'a mut [f32],
    room: &'a mut [f32],
}

/// Floats of `x` and `dy` that are worked through for all weights before the next samples are taken up.
const BLOCK: usize = 16384;

impl Task for Weight<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let Weight { g, taps, dy, x, first, dw, room } = self;
        let (filters, row) = (g.filters_in_group(), g.depth() * g.taps());
        // of each group all filters, or of the only one so many
        let rows = filters.min(dw.len().checked_div(row).unwrap_or(0));
        let (x_group, y_group) = (g.depth() * g.plane(), filters * g.out_plane());
        let (x_sample, y_sample) = (g.groups * x_group, g.groups * y_group);
        let samples = if g.is_direct() { (BLOCK / (x_group + y_group).max(1)).max(1) } else { 1 };
        let (strip, channel_step) = (g.strip(), g.channel_step());
        for (x, dy) in x.chunks((samples * x_sample).max(1)).zip(dy.chunks((samples * y_sample).max(1))) {
            let samples = (x.len() / x_sample.max(1)).min(dy.len() / y_sample.max(1));
            for (part, dw) in parts_mut(dw, rows * row).enumerate() {
                let filter = first + part * rows;
                let group = filter.checked_div(filters).unwrap_or(0);
                let (Some(x), Some(dy)) = (x.get(group * x_group..), dy.get(filter * g.out_plane()..)) else { return };
                let Some(lines_of_group) = x.get(..x_group) else { return };
                if samples == 0 {
                    return;
                }
                let mut top = 0;
                while top < g.output[0] {
                    let lines = strip.min(g.output[0] - top);
                    let x = if g.is_direct() {
                        x
                    } else {
                        // SAFETY: the caller vouches for the vectors.
                        unsafe { lay::lay_out::<V>(g, lines_of_group, top, lines, room, channel_step) };
                        &*room
                    };
                    let dots = Dots {
                        rows,
                        channels: g.depth(),
                        taps,
                        samples,
                        lines,
                        columns: g.output[1],
                        dy: dy.as_ptr().wrapping_add(top * g.output[1]),
                        dy_sample: y_sample,
                        dy_row: g.out_plane(),
                        dy_line: g.output[1],
                        x: x.as_ptr(),
                        x_sample,
                        x_channel: channel_step,
                        x_line: g.stride[0] * g.line(),
                        dw: dw.as_mut_ptr(),
                    };
                    // SAFETY: the slices have the sizes of the geometry, which `weight_gradient` and the division into samples and
                    // groups see to; the caller vouches for the vectors.
                    unsafe { dots.run::<V>() };
                    top += lines;
                }
            }
        }
    }
}

/// `dw[row][channel][tap] += sum over sample, line, column of dy[sample][row][line][column] * x[sample][channel][line][column + tap]`
struct Dots<'a> {
    rows: usize,
    channels: usize,
    taps: &'a [u32],
    samples: usize,
    lines: usize,
    columns: usize,

    dy: *const f32,
    dy_sample: usize,
    dy_row: usize,
    dy_line: usize,

    x: *const f32,
    x_sample: usize,
    x_channel: usize,
    x_line: usize,

    dw: *mut f32,
}

impl Dots<'_> {
    #[inline(always)]
    unsafe fn run<V: Vector>(&self) {
        // SAFETY: the caller vouches for the pointers and the vectors.
        unsafe {
            match V::REGISTERS {
                32.. => self.compute::<V, 4>(),
                // without a fused multiply-add, products take registers too
                16.. if V::LANES < 8 => self.compute::<V, 2>(),
                16.. => self.compute::<V, 3>(),
                _ => self.compute::<V, 1>(),
            }
        }
    }

    /// Goes through the weights of a filter four at a time, and down the filters for each four.
    #[inline(always)]
    unsafe fn compute<V: Vector, const R: usize>(&self) {
        let weights = self.channels * self.taps.len();
        let one_line = self.x_line == self.columns && self.dy_line == self.columns;
        let (lines, columns) = if one_line { (1, self.lines * self.columns) } else { (self.lines, self.columns) };
        let of_channel = |channel| self.taps.iter().map(move |tap| channel * self.x_channel + *tap as usize);
        let mut places = (0..self.channels).flat_map(of_channel);
        let mut weight = 0;
        while weight < weights {
            let count = 4.min(weights - weight);
            // beyond the last weight, the last once more
            let (mut offsets, mut last) = ([0; 4], 0);
            for offset in &mut offsets {
                last = places.next().unwrap_or(last);
                *offset = last;
            }
            let mut row = 0;
            // SAFETY: rows and weights stay below those of the product.
            unsafe {
                while self.rows - row >= R {
                    self.tile::<V, R>(row, weight, count, offsets, lines, columns);
                    row += R;
                }
                while row < self.rows {
                    self.tile::<V, 1>(row, weight, count, offsets, lines, columns);
                    row += 1;
                }
            }
            weight += count;
        }
    }

    /// `R` filters by the `count` weights from `weight` on.
    #[inline(always)]
    unsafe fn tile<V: Vector, const R: usize>(
        &self,
        row: usize,
        weight: usize,
        count: usize,
        offsets: [usize; 4],
        lines: usize,
        columns: usize,
    ) {
        // SAFETY: rows and weights lie within the product, whose pointers its maker vouches for.
        unsafe {
            let mut sums = [[V::splat(0.0); 4]; R];
            let whole = columns / V::LANES * V::LANES;
            let rest = columns - whole;
            for sample in 0..self.samples {
                let mut dy = self.dy.add(sample * self.dy_sample + row * self.dy_row);
                let mut x = self.x.add(sample * self.x_sample);
                for _ in 0..lines {
                    let mut column = 0;
                    while column < whole {
                        let mut ys = [V::splat(0.0); R];
                        for (r, lanes) in ys.iter_mut().enumerate() {
                            *lanes = V::load(dy.add(r * self.dy_row + column));
                        }
                        for (w, offset) in offsets.into_iter().enumerate() {
                            let x = V::load(x.add(offset + column));
                            for (sums, y) in sums.iter_mut().zip(ys) {
                                sums[w] = x.mul_add(y, sums[w]);
                            }
                        }
                        column += V::LANES;
                    }
                    if rest > 0 {
                        let mut ys = [V::splat(0.0); R];
                        for (r, lanes) in ys.iter_mut().enumerate() {
                            *lanes = V::load_first(dy.add(r * self.dy_row + column), rest);
                        }
                        for (w, offset) in offsets.into_iter().enumerate() {
                            let x = V::load_first(x.add(offset + column), rest);
                            for (sums, y) in sums.iter_mut().zip(ys) {
                                sums[w] = x.mul_add(y, sums[w]);
                            }
                        }
                    }
                    dy = dy.wrapping_add(self.dy_line);
                    x = x.wrapping_add(self.x_line);
                }
            }
            for (r, sums) in sums.into_iter().enumerate() {
                let dw = self.dw.add((row + r) * self.channels * self.taps.len() + weight);
                for (w, sum) in V::sums(sums).into_iter().enumerate().take(count) {
                    *dw.add(w) += sum;
                }
            }
        }
    }
}

/// `db[f] += sum over sample and place of dy[n][f][oy][ox]`
///
/// `db` is `[filters]` or empty; `plane` is the size of a plane of `dy`.
pub fn bias_gradient(plane: usize, dy: &[f32], db: &mut [f32]) {
    dispatch(Bias { plane, dy, db });
}

struct Bias<'a> {
    plane: usize,
    dy: &'a [f32],
    db: &'a mut [f32],
}

impl Task for Bias<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        if self.db.is_empty() {
            return;
        }
        for dy in parts(self.dy, self.plane * self.db.len()) {
            for (dy, db) in parts(dy, self.plane).zip(&mut *self.db) {
                // sums side by side become vectors
                let mut sums = [0.0; 32];
                let (rows, rest) = dy.as_chunks::<32>();
                for row in rows {
                    for (sum, dy) in sums.iter_mut().zip(row) {
                        *sum += dy;
                    }
                }
                for (sum, dy) in sums.iter_mut().zip(rest) {
                    *sum += dy;
                }
                *db += sums.iter().sum::<f32>();
            }
        }
    }
}
