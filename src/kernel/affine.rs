//! `y = x · weightᵀ + bias`, the forward pass of a dense layer.
//!
//! Rows of `x` and rows of `weight` both lie contiguously along the sum, so the product is a table of dot products. A tile of it, a few
//! rows of `x` by a few rows of `weight`, is computed at once: each vector loaded is used several times, and the partial sums of all
//! lanes stay in registers. A single row takes the same steps as a row in a batch, so its result has the same bits.

#![allow(unsafe_code)]

use super::dispatch::{Task, Wide, dispatch, wide};
use super::threads;
use super::vector::Vector;

/// Up to this many weights, a product is a short loop inlined where it is called, without asking the processor what it can do. Its bits, and
/// those of the gradients, are the same on every processor.
pub(super) const SMALL: usize = 512;
/// From more rows than this on, the same loop compiled for wide vectors pays. The bits are the same: it has no fused multiply-adds.
const FEW: usize = 4;

/// What is done with finished rows of a product, while they are hot in the cache.
pub trait Epilogue<R>: Sync {
    /// Does it. Each call gets whole rows, and each row comes once; several threads may call it at the same time. To be marked `#[inline(always)]`, so that it is compiled for
    /// the wide vectors of the processor.
    fn finish(&self, rows: &mut [R]);
}

/// Nothing is done with finished rows.
#[derive(Clone, Copy, Debug)]
pub struct NoEpilogue;

impl<R> Epilogue<R> for NoEpilogue {
    #[inline(always)]
    fn finish(&self, _rows: &mut [R]) {}
}

/// Finishes rows, compiled for the wide vectors of the processor.
pub(crate) fn finish_rows<R, F: Epilogue<R>>(rows: &mut [R], finish: &F) {
    wide(Finished { rows, finish });
}

/// Rows to be finished.
struct Finished<'a, R, F> {
    rows: &'a mut [R],
    finish: &'a F,
}

impl<R, F: Epilogue<R>> Wide for Finished<'_, R, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.finish.finish(self.rows);
    }
}

/// `y[n][o] = sum_i x[n][i] * weight[o][i] + bias[o]`, then `finish` on each block of finished rows, while it is hot in the cache.
///
/// `x` is `[n][IN]`, `weight` is `[OUT][IN]`, `bias` is `[OUT]`, `y` is `[n][OUT]`; where `x` and `y` differ in length, the shorter
/// counts. On one machine a row's result does not depend on the other rows or on how many there are; of up to 512 weights it is
/// the same on every processor.
#[inline]
pub fn affine<const IN: usize, const OUT: usize>(
    x: &[[f32; IN]],
    weight: &[[f32; IN]; OUT],
    bias: &[f32; OUT],
    y: &mut [[f32; OUT]],
    finish: impl Epilogue<[f32; OUT]>,
) {
    let count = x.len().min(y.len());
    if IN * OUT <= SMALL && count <= FEW {
        for (x, y) in x.iter().zip(y) {
            small(x, weight, bias, y);
            finish.finish(core::slice::from_mut(y));
        }
        return;
    }
    let y = y.get_mut(..count).unwrap_or_default();
    threads::split(threads::pieces(count * IN * OUT), TILES, y, &|first, y| {
        blocks(x.get(first..).unwrap_or_default(), weight, bias, y, &finish);
    });
}

/// [`affine`] on one thread, block by block.
fn blocks<const IN: usize, const OUT: usize>(
    x: &[[f32; IN]],
    weight: &[[f32; IN]; OUT],
    bias: &[f32; OUT],
    y: &mut [[f32; OUT]],
    finish: &impl Epilogue<[f32; OUT]>,
) {
    let rows = const { rows_in_block(IN + OUT) };
    if IN * OUT <= SMALL {
        for (x, y) in x.chunks(rows).zip(y.chunks_mut(rows)) {
            dispatch(Small { x, weight, bias, y, finish });
        }
        return;
    }
    for (x, y) in x.chunks(rows).zip(y.chunks_mut(rows)) {
        let count = x.len().min(y.len());
        let Some(y) = y.get_mut(..count) else { return };
        // SAFETY: the pointers come from arrays of just these dimensions, and `y` is borrowed mutably.
        unsafe {
            dots(Dots {
                rows: count,
                depth: IN,
                columns: OUT,
                x: x.as_ptr().cast(),
                x_stride: IN,
                w: weight.as_ptr().cast(),
                w_stride: IN,
                bias: bias.as_ptr(),
                y: y.as_mut_ptr().cast(),
                y_stride: OUT,
            });
        }
        wide(Finished { rows: y, finish });
    }
}

/// Many rows against few weights, compiled for wide vectors.
struct Small<'a, const IN: usize, const OUT: usize, F> {
    x: &'a [[f32; IN]],
    weight: &'a [[f32; IN]; OUT],
    bias: &'a [f32; OUT],
    y: &'a mut [[f32; OUT]],
    finish: &'a F,
}

impl<const IN: usize, const OUT: usize, F: Epilogue<[f32; OUT]>> Task for Small<'_, IN, OUT, F> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let count = self.x.len().min(self.y.len());
        let Some(y) = self.y.get_mut(..count) else {
            return;
        };
        if V::LANES >= 8 && OUT >= 8 {
            side_by_side(self.x, self.weight, self.bias, y);
        } else {
            for (x, y) in self.x.iter().zip(&mut *y) {
                small(x, self.weight, self.bias, y);
            }
        }
        self.finish.finish(y);
    }
}

/// One row against few weights, in plain Rust over sizes that the compiler knows.
#[inline(always)]
fn small<const IN: usize, const OUT: usize>(
    x: &[f32; IN],
    weight: &[[f32; IN]; OUT],
    bias: &[f32; OUT],
    y: &mut [f32; OUT],
) {
    let (x_parts, x_rest) = x.as_chunks::<4>();
    for ((y, weight), bias) in y.iter_mut().zip(weight).zip(bias) {
        let (parts, rest) = weight.as_chunks::<4>();
        let mut sums = [0.0; 4];
        for (x, weight) in x_parts.iter().zip(parts) {
            for ((sum, x), weight) in sums.iter_mut().zip(x).zip(weight) {
                *sum += x * weight;
            }
        }
        let mut sum = *bias;
        for (x, weight) in x_rest.iter().zip(rest) {
            sum += x * weight;
        }
        *y = sum + ((sums[0] + sums[2]) + (sums[1] + sums[3]));
    }
}

/// Outputs that [`side_by_side`] computes at once.
const SIDE: usize = 16;

/// [`small`] of many rows, the outputs side by side in vectors: the same terms in the same order.
#[inline(always)]
fn side_by_side<const IN: usize, const OUT: usize>(
    x: &[[f32; IN]],
    weight: &[[f32; IN]; OUT],
    bias: &[f32; OUT],
    y: &mut [[f32; OUT]],
) {
    for (group, (weight, bias)) in weight.chunks(SIDE).zip(bias.chunks(SIDE)).enumerate() {
        let (mut turned, mut start) = ([[0.0; SIDE]; IN], [0.0; SIDE]);
        for (o, (weight, bias)) in weight.iter().zip(bias).enumerate() {
            for (turned, weight) in turned.iter_mut().zip(weight) {
                put(turned, o, *weight);
            }
            put(&mut start, o, *bias);
        }
        let (parts, rest) = turned.as_chunks::<4>();
        for (x, y) in x.iter().zip(&mut *y) {
            let (x_parts, x_rest) = x.as_chunks::<4>();
            let (mut sums, mut sum) = ([[0.0; SIDE]; 4], start);
            for (x, turned) in x_parts.iter().zip(parts) {
                for ((sums, x), turned) in sums.iter_mut().zip(x).zip(turned) {
                    add_multiple(sums, *x, turned);
                }
            }
            for (x, turned) in x_rest.iter().zip(rest) {
                add_multiple(&mut sum, *x, turned);
            }
            let [a, b, c, d] = &sums;
            let pairs = a.iter().zip(c).zip(b.iter().zip(d));
            for (sum, ((a, c), (b, d))) in sum.iter_mut().zip(pairs) {
                *sum += (a + c) + (b + d);
            }
            // all of them have been computed side by side, and as many are kept as there are
            for (y, sum) in y.iter_mut().skip(group * SIDE).zip(sum) {
                *y = sum;
            }
        }
    }
}

/// `row[i] = value`, if there is such a place.
#[inline(always)]
fn put(row: &mut [f32; SIDE], i: usize, value: f32) {
    if let Some(place) = row.get_mut(i) {
        *place = value;
    }
}

/// `sums += x * row`
#[inline(always)]
fn add_multiple(sums: &mut [f32; SIDE], x: f32, row: &[f32; SIDE]) {
    for (sum, weight) in sums.iter_mut().zip(row) {
        *sum += x * weight;
    }
}

/// Rows that are whole tiles of six rows, of four, of three and of two.
const TILES: usize = 12;

/// Rows to finish together: as many as take half a second-level cache of 1 MiB, in whole tiles.
const fn rows_in_block(floats_in_row: usize) -> usize {
    let rows = 131072 / (floats_in_row + 1);
    if rows < TILES { TILES } else { rows / TILES * TILES }
}

/// Floats of a row of `x` and of `weight` that are multiplied before the next row is taken up, so that a strip of `x` stays in the nearest
/// cache.
const DEPTH: usize = 1024;
/// Rows of `weight` that each strip of `x` is multiplied by, before the next rows are taken up: up to half a second-level cache of 1 MiB,
/// in which they stay. A strip comes from further away than they do, so that many pay.
const PANEL: usize = 128;
/// How many vectors ahead of its use a number is asked for. So near, that what waits takes no room from the strip.
const AHEAD: usize = 4;
/// Weights that lie in the nearest cache, where eight rows at a time make the most of it; four are enough for what is further away.
const NEAR: usize = 8192;
/// Vectors of each row between two looks at the end, for a single row: the fewer instructions there are besides loads, the more loads are
/// under way, and a single row waits for little else.
const UNROLL: usize = 8;

/// A product of dimensions known at run time: `y[row][column] = sum_i x[row][i] * w[column][i] + bias[column]`.
///
/// Each stride is the distance in floats from one row to the next.
pub(crate) struct Dots {
    /// Rows of `x` and `y`.
    pub rows: usize,
    /// Floats in a row of `x` and of `w`.
    pub depth: usize,
    /// Rows of `w`, elements of `bias`, floats in a row of `y`.
    pub columns: usize,
    /// `[rows][depth]`
    pub x: *const f32,
    /// From a row of `x` to the next.
    pub x_stride: usize,
    /// `[columns][depth]`
    pub w: *const f32,
    /// From a row of `w` to the next.
    pub w_stride: usize,
    /// `[columns]`
    pub bias: *const f32,
    /// `[rows][columns]`
    pub y: *mut f32,
    /// From a row of `y` to the next.
    pub y_stride: usize,
}

/// Computes a [`Dots`].
///
/// # Safety
///
/// The pointers must be valid for the dimensions and strides given, `y` for writing, and `y` must overlap none of the others.
pub(crate) unsafe fn dots(product: Dots) {
    dispatch(product);
}

impl Task for Dots {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        // SAFETY: the caller of `dots` vouches for the pointers, the caller of `run` for the vectors.
        unsafe {
            match V::REGISTERS {
                // ten classes: all of `w` stays near, and no narrow tile is left over
                32.. if self.columns == 10 => V::apart(Tiled::<2, 10>(self)),
                32.. if self.columns == 5 => V::apart(Tiled::<5, 5>(self)),
                32.. => self.compute::<V, 6, 4>(),
                // without a fused multiply-add, products take registers too
                16.. if V::LANES < 8 => self.compute::<V, 2, 4>(),
                16.. => self.compute::<V, 3, 4>(),
                _ => self.compute::<V, 1, 4>(),
            }
        }
    }
}

/// A product in tiles of `R` rows by `C` columns.
struct Tiled<const R: usize, const C: usize>(Dots);

impl<const R: usize, const C: usize> Task for Tiled<R, C> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        // SAFETY: as for `Dots`.
        unsafe { self.0.compute::<V, R, C>() }
    }
}

/// A part of the sum: where it begins, how long it is.
#[derive(Clone, Copy)]
struct Part {
    from: usize,
    depth: usize,
}

/// Where the first of a tile's rows of `x` and of `w` begin.
struct Tile {
    x: *const f32,
    w: *const f32,
    w_stride: usize,
}

impl Dots {
    /// Goes through the product in parts of the sum, panels of rows of `w` and strips of `R` rows of `x`.
    #[inline(always)]
    unsafe fn compute<V: Vector, const R: usize, const C: usize>(&self) {
        let parts = self.depth.div_ceil(DEPTH).max(1);
        let longest = self.depth.div_ceil(parts).next_multiple_of(V::LANES);
        let mut from = 0;
        loop {
            let depth = longest.min(self.depth - from);
            let part = Part { from, depth };
            let mut column = 0;
            if C == 4 && self.rows == 1 && self.columns >= 16 && V::REGISTERS >= 16 {
                let near = self.columns * self.depth <= NEAR;
                // SAFETY: there is one row.
                column = unsafe { if near { self.row::<V, 8>(part) } else { self.row::<V, 4>(part) } };
            }
            while column < self.columns {
                let end = self.columns.min(column + PANEL);
                let mut row = 0;
                // SAFETY: rows and columns stay below those of the product.
                unsafe {
                    // eight rows are two strips of four, for a strip of two has too little to do
                    while self.rows - row >= R && (R < 6 || self.rows - row != 8) {
                        self.strip::<V, R, C>(row, column, end, part);
                        row += R;
                    }
                    while R > 4 && self.rows - row >= 4 {
                        self.strip::<V, 4, C>(row, column, end, part);
                        row += 4;
                    }
                    while R > 2 && self.rows - row >= 2 {
                        self.strip::<V, 2, C>(row, column, end, part);
                        row += 2;
                    }
                    while R > 1 && row < self.rows {
                        self.strip::<V, 1, C>(row, column, end, part);
                        row += 1;
                    }
                }
                column = end;
            }
            from += depth;
            if from >= self.depth {
                break;
            }
        }
    }

    /// A single row of `x` by `C` rows of `w` at a time, up to the column that is returned.
    ///
    /// Each number of `w` is used once, so what counts is how fast they come. From afar they come fastest in a few long runs: the `C` rows
    /// are as far apart as can be, and each goes on in memory where the one before it ended.
    #[inline(always)]
    unsafe fn row<V: Vector, const C: usize>(&self, part: Part) -> usize {
        let apart = self.columns / C;
        for first in 0..apart {
            // SAFETY: `first + c * apart` is below `columns` for each `c` below `C`; the product has one row.
            unsafe {
                let w = self.w.add(first * self.w_stride + part.from);
                let (x, w_stride) = (self.x.add(part.from), apart * self.w_stride);
                let sums = self.sums::<V, 1, C, false>(&Tile { x, w, w_stride }, part.depth);
                for (f, columns) in sums.as_chunks::<4>().0.iter().enumerate() {
                    for (c, sum) in V::sums(columns.map(|[sum]| sum)).into_iter().enumerate() {
                        let column = first + (4 * f + c) * apart;
                        let y = self.y.add(column);
                        *y = sum + if part.from == 0 { *self.bias.add(column) } else { *y };
                    }
                }
            }
        }
        apart * C
    }

    /// `R` rows of `x` by the columns `column..end`.
    #[inline(always)]
    unsafe fn strip<V: Vector, const R: usize, const C: usize>(
        &self,
        row: usize,
        mut column: usize,
        end: usize,
        part: Part,
    ) {
        // SAFETY: as for this function.
        unsafe {
            while R == 1 && V::REGISTERS >= 16 && end - column >= 8 {
                self.tile::<V, R, 8, false>(row, column, part);
                column += 8;
            }
            if R > 1 && V::LANES >= 8 && end - column >= C {
                self.tile::<V, R, C, true>(row, column, part);
                column += C;
            }
            while end - column >= C {
                self.tile::<V, R, C, false>(row, column, part);
                column += C;
            }
            // where tiles are wider than four, nothing is left of several rows
            match if R > 1 && C > 4 { 0 } else { end - column } {
                3 => self.tile::<V, R, 3, false>(row, column, part),
                2 => self.tile::<V, R, 2, false>(row, column, part),
                1 => self.tile::<V, R, 1, false>(row, column, part),
                _ => {}
            }
        }
    }

    /// `R` rows of `x` by `C` columns: one part of each sum, added to the bias or to the parts before.
    #[inline(always)]
    unsafe fn tile<V: Vector, const R: usize, const C: usize, const FIRST: bool>(
        &self,
        row: usize,
        column: usize,
        part: Part,
    ) {
        // SAFETY: `row + R`, `column + C` and the part lie within the product, whose pointers its maker vouches for.
        unsafe {
            let x = self.x.add(row * self.x_stride + part.from);
            let w = self.w.add(column * self.w_stride + part.from);
            let sums = self.sums::<V, R, C, FIRST>(&Tile { x, w, w_stride: self.w_stride }, part.depth);
            self.finish::<V, R, C>(&sums, row, column, part);
        }
    }

    /// The sums of a tile, the lanes not yet added up. If it is the `FIRST` of a strip, its rows of `x` come from afar.
    #[inline(always)]
    unsafe fn sums<V: Vector, const R: usize, const C: usize, const FIRST: bool>(
        &self,
        tile: &Tile,
        depth: usize,
    ) -> [[V; R]; C] {
        // SAFETY: `depth` floats of each row of the tile can be read, by its maker.
        unsafe {
            let mut sums = [[V::splat(0.0); R]; C];
            let mut i = 0;
            while R == 1 && V::LANES >= 8 && depth - i >= UNROLL * V::LANES {
                for _ in 0..UNROLL {
                    self.step::<V, R, C, FIRST>(&mut sums, tile, i);
                    i += V::LANES;
                }
            }
            while depth - i >= V::LANES {
                self.step::<V, R, C, FIRST>(&mut sums, tile, i);
                i += V::LANES;
            }
            let rest = depth - i;
            if rest > 0 {
                let mut xs = [V::splat(0.0); R];
                for (r, lanes) in xs.iter_mut().enumerate() {
                    *lanes = V::load_first(tile.x.add(r * self.x_stride + i), rest);
                }
                for (c, sums) in sums.iter_mut().enumerate() {
                    let w = V::load_first(tile.w.add(c * tile.w_stride + i), rest);
                    for (sum, x) in sums.iter_mut().zip(xs) {
                        *sum = x.mul_add(w, *sum);
                    }
                }
            }
            sums
        }
    }

    /// One vector of each row of a tile, from number `i` on: multiplies, adds, and asks for what comes ahead.
    #[inline(always)]
    unsafe fn step<V: Vector, const R: usize, const C: usize, const FIRST: bool>(
        &self,
        sums: &mut [[V; R]; C],
        tile: &Tile,
        i: usize,
    ) {
        // SAFETY: a vector of each row can be read, by the caller.
        unsafe {
            let mut xs = [V::splat(0.0); R];
            for (r, lanes) in xs.iter_mut().enumerate() {
                let x = tile.x.add(r * self.x_stride + i);
                if FIRST {
                    V::prefetch(x.wrapping_add(AHEAD * V::LANES));
                }
                *lanes = V::load(x);
            }
            for (c, sums) in sums.iter_mut().enumerate() {
                let w = tile.w.add(c * tile.w_stride + i);
                // all of what is beside a wide tile is near, and a single row waits for nothing else than its loads
                if R > 1 && C <= 4 {
                    V::prefetch(w.wrapping_add(AHEAD * V::LANES));
                }
                let w = V::load(w);
                for (sum, x) in sums.iter_mut().zip(xs) {
                    *sum = x.mul_add(w, *sum);
                }
            }
        }
    }

    /// Adds up the lanes of each sum and stores the sums: of each row four columns at a time, of the columns left four rows at a time.
    #[inline(always)]
    unsafe fn finish<V: Vector, const R: usize, const C: usize>(
        &self,
        sums: &[[V; R]; C],
        row: usize,
        column: usize,
        part: Part,
    ) {
        let (fours, left) = sums.as_chunks::<4>();
        // SAFETY: as for `tile`.
        unsafe {
            for (f, columns) in fours.iter().enumerate() {
                for r in 0..R {
                    let column = column + 4 * f;
                    let y = self.y.add((row + r) * self.y_stride + column);
                    let before = if part.from == 0 { self.bias.add(column) } else { y.cast_const() };
                    let mut four = [V::splat(0.0); 4];
                    for (lanes, sums) in four.iter_mut().zip(columns) {
                        *lanes = sums[r];
                    }
                    let mut sums = V::sums(four);
                    for (c, sum) in sums.iter_mut().enumerate() {
                        *sum += *before.add(c);
                    }
                    y.cast::<[f32; 4]>().write_unaligned(sums);
                }
            }
            for (c, rows) in left.iter().enumerate() {
                let column = column + 4 * fours.len() + c;
                let mut first = 0;
                while first < R {
                    let mut four = [V::splat(0.0); 4];
                    for (lanes, sum) in four.iter_mut().zip(rows.iter().skip(first)) {
                        *lanes = *sum;
                    }
                    for (r, sum) in (first..R).zip(V::sums(four)) {
                        let y = self.y.add((row + r) * self.y_stride + column);
                        *y = sum + if part.from == 0 { *self.bias.add(column) } else { *y };
                    }
                    first += 4;
                }
            }
        }
    }
}
