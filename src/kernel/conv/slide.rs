//! The product under every convolution: windows that slide over planes.
//!
//! `c[row][line][column] = start[row] + sum over channel and tap of a[row][channel][tap] * b[channel][line][column + offset of the tap]`
//!
//! A tile of it, a few rows by a few vectors of columns, stays in registers while channels and taps run: each vector of `b` is used for
//! all rows of the tile, each number of `a` for all its columns. The terms of each element are added one by one, in the order of `a`, so
//! its bits depend on nothing else. With one tap at offset 0 it is the product of two matrices.

use super::super::dispatch::Task;
use super::super::vector::Vector;
use core::mem::MaybeUninit;

/// The product, its dimensions known at run time. Steps are distances in floats.
#[derive(Clone, Copy)]
pub(super) struct Slide<'a> {
    /// Rows of `a` and `c`.
    pub rows: usize,
    /// Channels to sum over.
    pub channels: usize,
    /// Where each tap is in `b`.
    pub taps: &'a [u32],
    /// Lines of `c`.
    pub lines: usize,
    /// Columns of a line.
    pub columns: usize,

    /// `[rows][channels][taps]`, in any layout.
    pub a: *const f32,
    pub a_row: usize,
    pub a_channel: usize,
    pub a_tap: usize,

    /// `[channels][lines]`, with as many columns as the taps reach.
    pub b: *const f32,
    pub b_channel: usize,
    pub b_line: usize,
    /// How many floats from `b` on can be read.
    pub b_len: usize,

    /// `[rows]`; null for zeros.
    pub start: *const f32,

    /// `[rows][lines][columns]`
    pub c: *mut f32,
    pub c_row: usize,
    pub c_line: usize,

    /// Where the columns are those of several lines in a row: how they go to the lines of `c`.
    pub flat: Option<Flat>,
}

/// Lines in a row, of which a few columns in between are none of `c`.
#[derive(Clone, Copy)]
pub(super) struct Flat {
    /// Columns from line to line.
    pub pitch: usize,
    /// Of them those of a line of `c`.
    pub width: usize,
    /// Whether what is in `c` is added to, in place of `start`.
    pub resumes: bool,
}

/// A vector of columns of one line.
#[derive(Clone, Copy)]
struct Place {
    /// Where its windows begin in `b`.
    b: usize,
    /// Where it goes in `c`.
    c: usize,
    /// How many columns it has.
    width: usize,
}

/// Nothing is read there, and nothing written.
const NOWHERE: Place = Place { b: 0, c: 0, width: 0 };

impl Task for Slide<'_> {
    type Output = ();

    /// Computes it.
    ///
    /// # Safety
    ///
    /// The pointers must be valid for the dimensions and steps given, `c` for writing, and `c` must overlap neither `a` nor `b`. The
    /// processor must have the vectors.
    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        // SAFETY: as for this function.
        unsafe {
            match V::REGISTERS {
                32.. if self.rows == 1 => self.compute::<V, 1, 8>(),
                32.. => self.compute::<V, 8, 3>(),
                16.. if self.rows == 1 => self.compute::<V, 1, 4>(),
                // without a fused multiply-add, products take registers too
                16.. if V::LANES < 8 => self.compute::<V, 4, 2>(),
                16.. => self.compute::<V, 6, 2>(),
                _ => self.compute::<V, 2, 2>(),
            }
        }
    }
}

impl Slide<'_> {
    /// Goes through the lines in groups of up to `C` vectors, and down the rows for each group.
    #[inline(always)]
    unsafe fn compute<V: Vector, const R: usize, const C: usize>(&self) {
        let one_line = self.lines == 1 || (self.b_line == self.columns && self.c_line == self.columns);
        let (lines, columns) = if one_line { (1, self.lines * self.columns) } else { (self.lines, self.columns) };
        let reach =
            self.taps.iter().copied().max().unwrap_or(0) as usize + self.channels.saturating_sub(1) * self.b_channel;
        let mut group = [NOWHERE; C];
        let mut count = 0;
        let mut left = lines * columns.div_ceil(V::LANES);
        // three and one take longer than two and two
        let size = |left: usize| if C == 3 && left == 4 { 2 } else { C };
        let mut full = size(left);
        for line in 0..lines {
            let mut column = 0;
            while column < columns {
                let width = V::LANES.min(columns - column);
                if let Some(place) = group.get_mut(count) {
                    *place = Place { b: line * self.b_line + column, c: line * self.c_line + column, width };
                }
                count += 1;
                column += width;
                let last = line + 1 == lines && column == columns;
                if count == full || last {
                    // whole vectors may be read as far as `b` goes; what does not belong there is not written
                    let whole = group.iter().take(count).all(|place| place.b + reach + V::LANES <= self.b_len);
                    // SAFETY: the places lie within the product.
                    unsafe {
                        if count == C && whole {
                            self.down::<V, R, C, false>(&group);
                        } else {
                            group.iter_mut().skip(count).for_each(|place| *place = NOWHERE);
                            if V::LANES > 1 && whole {
                                self.some::<V, R, C, false>(&group, count);
                            } else {
                                self.some::<V, R, C, true>(&group, count);
                            }
                        }
                    }
                    left = left.saturating_sub(count);
                    (full, count) = (size(left), 0);
                }
            }
        }
    }

    /// The first `count` places of a group; if `SOME`, vectors may be read only as far as they go.
    #[inline(always)]
    unsafe fn some<V: Vector, const R: usize, const C: usize, const SOME: bool>(
        &self,
        group: &[Place; C],
        count: usize,
    ) {
        // SAFETY: as for this function.
        unsafe {
            if count <= 1
                && let Some(one) = group.first_chunk()
            {
                self.down::<V, R, 1, SOME>(one);
            } else if count <= 2
                && C > 2
                && let Some(two) = group.first_chunk()
            {
                self.down::<V, R, 2, SOME>(two);
            } else if count <= 4
                && C > 4
                && let Some(four) = group.first_chunk()
            {
                self.down::<V, R, 4, SOME>(four);
            } else {
                // of several vectors some may be missing
                self.down::<V, R, C, true>(group);
            }
        }
    }

    /// All rows of `C` vectors.
    #[inline(always)]
    unsafe fn down<V: Vector, const R: usize, const C: usize, const SOME: bool>(&self, places: &[Place; C]) {
        let mut row = 0;
        // SAFETY: the rows stay below those of the product.
        unsafe {
            // eight are four and four where there are tiles of six
            while self.rows - row >= R && !(R == 6 && self.rows - row == 8) {
                self.tile::<V, R, C, SOME>(row, places);
                row += R;
            }
            while R > 4 && self.rows - row >= 4 {
                self.tile::<V, 4, C, SOME>(row, places);
                row += 4;
            }
            if R > 2 && self.rows - row >= 2 {
                self.tile::<V, 2, C, SOME>(row, places);
                row += 2;
            }
            if R > 1 && self.rows > row {
                self.tile::<V, 1, C, SOME>(row, places);
            }
        }
    }

    /// `R` rows by `C` vectors; if `SOME`, by the first `width` lanes of each.
    #[inline(always)]
    unsafe fn tile<V: Vector, const R: usize, const C: usize, const SOME: bool>(
        &self,
        row: usize,
        places: &[Place; C],
    ) {
        // SAFETY: rows and places lie within the product, whose pointers its maker vouches for.
        unsafe {
            let mut sums = [[V::splat(0.0); C]; R];
            let flat = if V::LANES > 1 { self.flat } else { None };
            let mut buffer = MaybeUninit::<[[[f32; 16]; C]; R]>::uninit();
            let lines = |flat, buffer| Lines { slide: self, flat, row, rows: R, places, buffer };
            if let Some(flat) = flat.filter(|flat| flat.resumes) {
                let buffer = buffer.write([[[0.0; 16]; C]; R]);
                V::apart(Gather(lines(flat, buffer.as_mut_ptr().cast())));
                for (sums, buffer) in sums.iter_mut().zip(buffer) {
                    for (sum, buffer) in sums.iter_mut().zip(buffer.as_flattened().chunks(V::LANES)) {
                        *sum = V::load(buffer.as_ptr());
                    }
                }
            } else if !self.start.is_null() {
                for (r, sums) in sums.iter_mut().enumerate() {
                    *sums = [V::splat(*self.start.add(row + r)); C];
                }
            }
            let mut bases = [self.b; C];
            for (base, place) in bases.iter_mut().zip(places) {
                *base = self.b.add(place.b);
            }
            let mut channel_a = self.a.add(row * self.a_row);
            for _ in 0..self.channels {
                let mut a = channel_a;
                for tap in self.taps {
                    let mut bs = [V::splat(0.0); C];
                    for ((lanes, base), place) in bs.iter_mut().zip(bases).zip(places) {
                        let b = base.add(*tap as usize);
                        *lanes = if SOME { V::load_first(b, place.width) } else { V::load(b) };
                    }
                    for (r, sums) in sums.iter_mut().enumerate() {
                        let a = V::splat(*a.add(r * self.a_row));
                        for (sum, b) in sums.iter_mut().zip(bs) {
                            *sum = b.mul_add(a, *sum);
                        }
                    }
                    a = a.wrapping_add(self.a_tap);
                }
                channel_a = channel_a.wrapping_add(self.a_channel);
                for base in &mut bases {
                    *base = base.wrapping_add(self.b_channel);
                }
            }
            // a copy, so that the sums themselves are never in memory
            let mut done = [[V::splat(0.0); C]; R];
            for (done, sums) in done.iter_mut().zip(sums) {
                for (done, sum) in done.iter_mut().zip(sums) {
                    *done = sum;
                }
            }
            if let Some(flat) = flat {
                let buffer = buffer.as_mut_ptr().cast::<f32>();
                for (r, sums) in done.iter().enumerate() {
                    for (c, sum) in sums.iter().enumerate() {
                        sum.store(buffer.add(r * C * 16 + c * V::LANES));
                    }
                }
                V::apart(Scatter(lines(flat, buffer)));
                return;
            }
            for (r, sums) in done.iter().enumerate() {
                let c = self.c.add((row + r) * self.c_row);
                for (sum, place) in sums.iter().zip(places) {
                    if place.width == V::LANES {
                        sum.store(c.add(place.c));
                    } else {
                        sum.store_first(c.add(place.c), place.width);
                    }
                }
            }
        }
    }
}

/// A tile over several lines, in memory, and the lines of `c` that it holds.
struct Lines<'a> {
    slide: &'a Slide<'a>,
    flat: Flat,
    row: usize,
    rows: usize,
    places: &'a [Place],
    /// For each row sixteen floats a place, of which the sums fill the first, without gaps.
    buffer: *mut f32,
}

/// Sums to where their lines are in `c`. Functions of their own, for all tiles: in each they would be most of its code.
struct Scatter<'a>(Lines<'a>);

/// What [`Scatter`] has left there.
struct Gather<'a>(Lines<'a>);

impl Task for Scatter<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        // SAFETY: pieces lie within the tile and within the product; the caller vouches for the vectors.
        unsafe { self.0.pieces::<V>(|buffer, c, count| copy_few::<V>(buffer, c, count)) }
    }
}

impl Task for Gather<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        // SAFETY: pieces lie within the tile and within the product; the caller vouches for the vectors.
        unsafe { self.0.pieces::<V>(|buffer, c, count| copy_few::<V>(c, buffer, count)) }
    }
}

impl Lines<'_> {
    /// Calls `piece` for each part of a line of `c` that the tile holds: where it is in the tile, where in `c`, and how long it is.
    #[inline(always)]
    fn pieces<V: Vector>(&self, mut piece: impl FnMut(*mut f32, *mut f32, usize)) {
        let (Flat { pitch, width, .. }, c_line) = (self.flat, self.slide.c_line);
        let last = self.places.iter().rev().find(|place| place.width > 0);
        let (Some(first), Some(last)) = (self.places.first(), last) else { return };
        let (from, end) = (first.b, last.b + last.width);
        let line = from.checked_div(pitch).unwrap_or(0);
        for row in 0..self.rows {
            let buffer = self.buffer.wrapping_add(row * self.places.len() * 16);
            let c = self.slide.c.wrapping_add((self.row + row) * self.slide.c_row);
            let (mut at, mut column, mut to) = (from, from - line * pitch, line * c_line);
            while at < end {
                let count = width.saturating_sub(column).min(end - at);
                if count > 0 {
                    piece(buffer.wrapping_add(at - from), c.wrapping_add(to + column), count);
                }
                at += pitch.saturating_sub(column).max(1);
                to += c_line;
                column = 0;
            }
        }
    }
}

/// Copies `count` floats.
///
/// # Safety
///
/// The pointers must be valid for them, and the processor must have the vectors.
#[inline(always)]
pub(super) unsafe fn copy_few<V: Vector>(from: *const f32, to: *mut f32, count: usize) {
    let mut i = 0;
    // SAFETY: no more than `count` floats are read or written.
    unsafe {
        while count - i >= V::LANES {
            V::load(from.add(i)).store(to.add(i));
            i += V::LANES;
        }
        if i < count {
            V::load_first(from.add(i), count - i).store_first(to.add(i), count - i);
        }
    }
}
