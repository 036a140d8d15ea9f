//! The derivatives by the weights and the bias of a convolution.
//!
//! Each is a dot product of a plane of `dy` with a shifted plane of `x`: along lines, and over samples where the input lies as it is.
//! A tile of them, a few filters by a few weights, keeps the partial sums of all lanes in registers.

use super::super::dispatch::{Task, dispatch};
use super::super::parts::{parts, parts_mut};
use super::super::threads;
use super::super::vector::Vector;
use super::geometry::{BUFFER, MOST_TAPS};
use super::share::{LARGE, with_buffer};
use super::slide::copy_few;
use super::{Geometry, flat, lay};

/// `dw[f][c][ky][kx] += sum dy[n][f][oy][ox] * x[n][c][oy·stride + ky·dilation - padding][ox·…]`
///
/// Arguments as in [`forward`](super::forward).
pub fn weight_gradient(g: &Geometry, taps: &[u32], dy: &[f32], x: &[f32], dw: &mut [f32], buffer: &mut [f32]) {
    let row = g.depth() * g.taps();
    let fits = taps.len() == g.taps() && dw.len() == g.filters * row && buffer.len() >= g.buffer();
    if !fits {
        return;
    }
    let samples = dy.len() / (g.filters * g.out_plane()).max(1);
    let operations = usize::try_from(g.macs()).unwrap_or(usize::MAX).saturating_mul(samples);
    let planes = Parts::of(g);
    let pieces = if planes.is_some() || g.buffer() <= LARGE { threads::pieces(operations) } else { 1 };
    if pieces < 2 {
        match planes {
            Some(parts) => with_buffer(LARGE, |buffer| dispatch(OverPlanes { g, parts, dy, x, first: 0, dw, buffer })),
            None => dispatch(Weight { g, taps, dy, x, first: 0, dw, buffer }),
        }
        return;
    }
    // each thread takes some filters of all samples, or some groups: no sum is divided
    let unit = row * if g.groups == 1 { TILE } else { g.filters_in_group() };
    threads::split(pieces, unit.max(1), dw, &|first, dw| {
        let first = first.checked_div(row).unwrap_or(0);
        match planes {
            Some(parts) => with_buffer(LARGE, |buffer| dispatch(OverPlanes { g, parts, dy, x, first, dw, buffer })),
            None => with_buffer(g.buffer(), |buffer| dispatch(Weight { g, taps, dy, x, first, dw, buffer })),
        }
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
    buffer: &'a mut [f32],
}

/// Floats of `x` and `dy` that are worked through for all weights before the next samples are taken up.
const BLOCK: usize = 16384;

impl Task for Weight<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let Weight { g, taps, dy, x, first, dw, buffer } = self;
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
                        unsafe { lay::lay_out::<V>(g, lines_of_group, top, lines, buffer, channel_step) };
                        &*buffer
                    };
                    let dots = Dots {
                        rows,
                        channels: g.depth(),
                        row,
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

/// How a convolution is taken apart to be laid out as [`Planes`]: a few channels of a few samples, or some lines of one.
#[derive(Clone, Copy)]
struct Parts {
    channels: usize,
    samples: usize,
    /// Rows of the output.
    lines: usize,
    /// Whether the lines of `dy` are laid out as those of the input are, to be gone over as one.
    flat: bool,
}

/// Floats of the input that are laid out at a time: half a nearest cache of 32 KiB, the other for `dy`.
const LAID: usize = BUFFER;

impl Parts {
    /// None if it is not taken apart: where the input is read as it lies, and where there is no room but the one that constants tell of.
    fn of(g: &Geometry) -> Option<Parts> {
        let lanes = flat::lanes();
        if !cfg!(feature = "std") || lanes < 2 || g.is_direct() || g.taps() > MOST_TAPS {
            return None;
        }
        let mut lines = g.output[0];
        while lines > 1 && g.planes(lines).channel > LAID {
            lines = lines.div_ceil(2);
        }
        let size = g.planes(lines).channel.max(1);
        let channels = (LAID / size).min(g.depth());
        let columns = (lines - 1) * g.pitch() + g.output[1];
        let flat = columns.div_ceil(lanes) < lines * g.output[1].div_ceil(lanes) && TILE * columns <= LARGE - LAID;
        let most = if flat { (LARGE - LAID) / (TILE * columns) } else { usize::MAX };
        let samples = if channels == g.depth() && lines == g.output[0] { LAID / (size * channels.max(1)) } else { 1 };
        (channels > 0).then_some(Parts { channels, samples: samples.min(most).max(1), lines, flat })
    }
}

/// The same as [`Weight`], of [`Parts`]; `buffer` has [`LARGE`] zeros.
struct OverPlanes<'a> {
    g: &'a Geometry,
    parts: Parts,
    dy: &'a [f32],
    x: &'a [f32],
    first: usize,
    dw: &'a mut [f32],
    buffer: &'a mut [f32],
}

impl Task for OverPlanes<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let OverPlanes { g, parts: part, dy, x, first, dw, buffer } = self;
        let (filters, row) = (g.filters_in_group(), g.depth() * g.taps());
        let rows = filters.min(dw.len().checked_div(row).unwrap_or(0));
        let (x_sample, y_sample) = (g.channels * g.plane(), g.filters * g.out_plane());
        let planes = g.planes(part.lines);
        let mut table = [0; MOST_TAPS];
        let (Some(taps), Some((laid, signals))) =
            (planes.taps(g, false, &mut table), buffer.split_at_mut_checked(LAID))
        else {
            return;
        };
        let chunks = x.chunks((part.samples * x_sample).max(1)).zip(dy.chunks((part.samples * y_sample).max(1)));
        for (x, dy) in chunks {
            let samples = (x.len() / x_sample.max(1)).min(dy.len() / y_sample.max(1));
            for (number, dw) in parts_mut(dw, rows * row).enumerate() {
                let filter = first + number * rows;
                let group = filter.checked_div(filters).unwrap_or(0);
                let mut top = 0;
                while top < g.output[0] {
                    let lines = part.lines.min(g.output[0] - top);
                    let mut channel = 0;
                    while channel < g.depth() {
                        let channels = part.channels.min(g.depth() - channel);
                        let of_sample = planes.channel * part.channels;
                        for (x, laid) in parts(x, x_sample).zip(parts_mut(laid, of_sample)) {
                            let from = (group * g.depth() + channel) * g.plane();
                            let x = x.get(from..from + channels * g.plane()).unwrap_or_default();
                            // SAFETY: the caller vouches for the vectors.
                            unsafe { lay::lay_planes::<V>(g, &planes, x, top, laid, part.lines == g.output[0]) };
                        }
                        let dots = Dots {
                            rows: 0,
                            channels,
                            row,
                            taps,
                            samples,
                            lines,
                            columns: g.output[1],
                            dy: dy.as_ptr().wrapping_add(filter * g.out_plane() + top * g.output[1]),
                            dy_sample: y_sample,
                            dy_row: g.out_plane(),
                            dy_line: g.output[1],
                            x: laid.as_ptr(),
                            x_sample: of_sample,
                            x_channel: planes.channel,
                            x_line: g.pitch(),
                            dw: dw.as_mut_ptr().wrapping_add(channel * g.taps()),
                        };
                        let mut row = 0;
                        while row < rows {
                            let count = TILE.min(rows - row);
                            let mut dots = dots.down(row, count);
                            // SAFETY: the slices have the sizes of the geometry, which `weight_gradient` and the division into
                            // parts see to; the caller vouches for the vectors.
                            unsafe {
                                if part.flat {
                                    dots.lay_flat::<V>(g.pitch(), (part.lines - 1) * g.pitch() + g.output[1], signals);
                                }
                                dots.run::<V>();
                            }
                            row += count;
                        }
                        channel += channels;
                    }
                    top += lines;
                }
            }
        }
    }
}

/// `dw[row][channel][tap] += sum over sample, line, column of dy[sample][row][line][column] * x[sample][channel][line][column + tap]`
#[derive(Clone, Copy)]
struct Dots<'a> {
    rows: usize,
    channels: usize,
    /// From one row of `dw` to the next.
    row: usize,
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
    /// The `count` rows from `row` on.
    fn down(&self, row: usize, count: usize) -> Self {
        let (dy, dw) = (self.dy.wrapping_add(row * self.dy_row), self.dw.wrapping_add(row * self.row));
        Self { rows: count, dy, dw, ..*self }
    }

    /// Lays `dy` out with `pitch` columns to a line, zeros between lines, so that all lines are one, and `step` floats from plane to plane. In
    /// `buffer` there must be zeros where lines of the same width have never been laid. (What they are multiplied with lies in the input, too: if
    /// that is not finite, neither are the derivatives by all weights of the channel.)
    ///
    /// # Safety
    ///
    /// As for [`run`](Dots::run).
    #[inline(always)]
    unsafe fn lay_flat<V: Vector>(&mut self, pitch: usize, step: usize, buffer: &mut [f32]) {
        let columns = (self.lines - 1) * pitch + self.columns;
        let planes = (0..self.samples).flat_map(|sample| (0..self.rows).map(move |row| (sample, row)));
        for ((sample, row), to) in planes.zip(parts_mut(buffer, step)) {
            let from = self.dy.wrapping_add(sample * self.dy_sample + row * self.dy_row);
            for (line, to) in to.chunks_mut(pitch.max(1)).enumerate().take(self.lines) {
                // SAFETY: both have a line there, by the caller; the caller vouches for the vectors.
                unsafe {
                    let from = from.wrapping_add(line * self.dy_line);
                    copy_few::<V>(from, to.as_mut_ptr(), self.columns.min(to.len()));
                }
            }
        }
        self.dy = buffer.as_ptr();
        (self.dy_sample, self.dy_row, self.dy_line) = (self.rows * step, step, step);
        (self.columns, self.lines) = (columns, 1);
    }

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
        let one_line = self.lines == 1 || (self.x_line == self.columns && self.dy_line == self.columns);
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
                if R > 2 && self.rows - row >= 2 {
                    self.tile::<V, 2>(row, weight, count, offsets, lines, columns);
                    row += 2;
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
                let dw = self.dw.add((row + r) * self.row + weight);
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
