//! The backward pass of a dense layer: the gradients with respect to its weights, its bias and its input.
//!
//! All three add multiples of whole rows, `c[row] += sum_k a[row][k] * b[k]`. A tile of `c`, a few rows by a few vectors, stays in
//! registers while `k` runs: each vector of `b` is used for all rows of the tile, each number of `a` for all its columns. The terms of
//! each element are added one by one in the order of `k`. So it is only a fused multiply-add, which rounds once, that gives other bits on
//! one processor than on another; where the weights are few there is none, and the bits are the same everywhere.

#![allow(unsafe_code)]

use super::affine::SMALL;
use super::dispatch::{Task, dispatch};
use super::threads;
use super::vector::Vector;

/// `dw[o][i] += sum_n dy[n][o] * x[n][i]`
///
/// `dy` is `[n][OUT]`, `x` is `[n][IN]`, `dw` is `[OUT][IN]`; where `dy` and `x` differ in length, the shorter counts. The samples are
/// added in order, so that a batch gives the same bits as its samples one after another. Of up to 512 weights the bits are the same on
/// every processor.
#[inline]
pub fn weight_gradient<const IN: usize, const OUT: usize>(
    dy: &[[f32; OUT]],
    x: &[[f32; IN]],
    dw: &mut [[f32; IN]; OUT],
) {
    let depth = dy.len().min(x.len());
    threads::split(threads::pieces(depth * IN * OUT), TILES, dw, &|first, dw| {
        // SAFETY: the pointers come from arrays of just these dimensions, of whose rows `dw` are those from `first` on, and `dw` is
        // borrowed mutably.
        unsafe {
            combine(Combine {
                rows: dw.len(),
                depth,
                columns: IN,
                a: dy.as_ptr().cast::<f32>().wrapping_add(first),
                a_stride: 1,
                a_step: OUT,
                b: x.as_ptr().cast(),
                b_step: IN,
                c: dw.as_mut_ptr().cast(),
                c_stride: IN,
                add: true,
                fused: IN * OUT > SMALL,
            });
        }
    });
}

/// `db[o] += sum_n dy[n][o]`
///
/// `dy` is `[n][OUT]`, `db` is `[OUT]`. The samples are added in order.
#[inline]
pub fn bias_gradient<const OUT: usize>(dy: &[[f32; OUT]], db: &mut [f32; OUT]) {
    // SAFETY: the pointers come from arrays of just these dimensions, `db` is borrowed mutably, and strides of 0 stay at the one 1.
    unsafe {
        combine(Combine {
            rows: 1,
            depth: dy.len(),
            columns: OUT,
            a: &1.0,
            a_stride: 0,
            a_step: 0,
            b: dy.as_ptr().cast(),
            b_step: OUT,
            c: db.as_mut_ptr(),
            c_stride: OUT,
            add: true,
            fused: true, // products with 1 are exact
        });
    }
}

/// `dx[n][i] = sum_o dy[n][o] * weight[o][i]`
///
/// `dy` is `[n][OUT]`, `weight` is `[OUT][IN]`, `dx` is `[n][IN]`; where `dy` and `dx` differ in length, the shorter counts. On one
/// machine a row's result does not depend on the other rows or on how many there are; of up to 512 weights it is the same on every
/// processor.
#[inline]
pub fn input_gradient<const IN: usize, const OUT: usize>(
    dy: &[[f32; OUT]],
    weight: &[[f32; IN]; OUT],
    dx: &mut [[f32; IN]],
) {
    times_weight::<_, _, false>(dy, weight, dx);
}

/// `dx[n][i] += sum_o dy[n][o] * weight[o][i]`: [`input_gradient`] added to what `dx` holds.
#[inline]
pub fn add_input_gradient<const IN: usize, const OUT: usize>(
    dy: &[[f32; OUT]],
    weight: &[[f32; IN]; OUT],
    dx: &mut [[f32; IN]],
) {
    times_weight::<_, _, true>(dy, weight, dx);
}

/// Sets `dx`, or adds to it.
#[inline]
fn times_weight<const IN: usize, const OUT: usize, const ADD: bool>(
    dy: &[[f32; OUT]],
    weight: &[[f32; IN]; OUT],
    dx: &mut [[f32; IN]],
) {
    let count = dy.len().min(dx.len());
    let dx = dx.get_mut(..count).unwrap_or_default();
    threads::split(threads::pieces(count * IN * OUT), TILES, dx, &|first, dx| {
        let dy = dy.get(first..).unwrap_or_default();
        // SAFETY: the pointers come from arrays of just these dimensions, and `dx` is borrowed mutably.
        unsafe {
            combine(Combine {
                rows: dx.len(),
                depth: OUT,
                columns: IN,
                a: dy.as_ptr().cast(),
                a_stride: OUT,
                a_step: 1,
                b: weight.as_ptr().cast(),
                b_step: IN,
                c: dx.as_mut_ptr().cast(),
                c_stride: IN,
                add: ADD,
                fused: IN * OUT > SMALL,
            });
        }
    });
}

/// Rows that are whole tiles.
const TILES: usize = 12;
/// Rows of `b` that are worked through before the next columns are taken up.
const DEPTH: usize = 128;

/// A product of dimensions known at run time: `c[row][column] = sum_k a[row][k] * b[k][column]`, or `+=` if `add`.
///
/// Strides and steps are distances in floats.
pub(crate) struct Combine {
    /// Rows of `a` and `c`.
    pub rows: usize,
    /// The length of the sum.
    pub depth: usize,
    /// Floats in a row of `b` and of `c`.
    pub columns: usize,
    /// `[rows][depth]`, in any layout.
    pub a: *const f32,
    /// From a row of `a` to the next.
    pub a_stride: usize,
    /// From one `k` of `a` to the next.
    pub a_step: usize,
    /// `[depth][columns]`
    pub b: *const f32,
    /// From a row of `b` to the next.
    pub b_step: usize,
    /// `[rows][columns]`
    pub c: *mut f32,
    /// From a row of `c` to the next.
    pub c_stride: usize,
    /// Whether to add to what `c` holds.
    pub add: bool,
    /// Whether a product may be rounded together with its sum where the processor can do that; else the bits are those of any processor.
    pub fused: bool,
}

/// Computes a [`Combine`].
///
/// # Safety
///
/// The pointers must be valid for the dimensions and strides given, `c` for writing, and `c` must overlap neither `a` nor `b`.
pub(crate) unsafe fn combine(product: Combine) {
    dispatch(product);
}

impl Task for Combine {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        // SAFETY: the caller of `combine` vouches for the pointers, the caller of `run` for the vectors.
        unsafe {
            match V::REGISTERS {
                _ if V::FUSES && !self.fused => self.compute::<V, false, 4, 2>(),
                32.. => self.compute::<V, true, 6, 4>(),
                // without a fused multiply-add, products take registers too
                16.. if V::LANES < 8 => self.compute::<V, true, 4, 2>(),
                16.. => self.compute::<V, true, 6, 2>(),
                _ => self.compute::<V, true, 2, 2>(),
            }
        }
    }
}

/// A part of the sum: where it begins, how long it is.
#[derive(Clone, Copy)]
struct Part {
    from: usize,
    depth: usize,
}

impl Combine {
    /// Goes through the product in parts of the sum and panels of `C` vectors, down the rows.
    #[inline(always)]
    unsafe fn compute<V: Vector, const FUSED: bool, const R: usize, const C: usize>(&self) {
        let mut from = 0;
        loop {
            let depth = DEPTH.min(self.depth - from);
            let part = Part { from, depth };
            let mut column = 0;
            // SAFETY: the columns stay below those of the product.
            unsafe {
                while self.columns - column >= C * V::LANES {
                    self.panel::<V, FUSED, R, C, false>(column, C * V::LANES, part);
                    column += C * V::LANES;
                }
                while self.columns - column >= V::LANES {
                    self.panel::<V, FUSED, R, 1, false>(column, V::LANES, part);
                    column += V::LANES;
                }
                if column < self.columns {
                    self.panel::<V, FUSED, R, 1, true>(column, self.columns - column, part);
                }
            }
            from += depth;
            if from >= self.depth {
                break;
            }
        }
    }

    /// All rows of `width` columns.
    #[inline(always)]
    unsafe fn panel<V: Vector, const FUSED: bool, const R: usize, const C: usize, const SOME: bool>(
        &self,
        column: usize,
        width: usize,
        part: Part,
    ) {
        let mut row = 0;
        // SAFETY: the rows stay below those of the product.
        unsafe {
            while self.rows - row >= R {
                self.tile::<V, FUSED, R, C, SOME>(row, column, width, part);
                row += R;
            }
            while R > 2 && self.rows - row >= 2 {
                self.tile::<V, FUSED, 2, C, SOME>(row, column, width, part);
                row += 2;
            }
            while R > 1 && row < self.rows {
                self.tile::<V, FUSED, 1, C, SOME>(row, column, width, part);
                row += 1;
            }
        }
    }

    /// `R` rows by `C` vectors; if `SOME`, by the first `width` lanes of one vector.
    #[inline(always)]
    unsafe fn tile<V: Vector, const FUSED: bool, const R: usize, const C: usize, const SOME: bool>(
        &self,
        row: usize,
        column: usize,
        width: usize,
        part: Part,
    ) {
        // SAFETY: the tile and the part lie within the product, whose pointers its maker vouches for.
        unsafe {
            let mut a = self.a.add(row * self.a_stride + part.from * self.a_step);
            let mut b = self.b.add(part.from * self.b_step + column);
            let c = self.c.add(row * self.c_stride + column);
            let mut sums = [[V::splat(0.0); C]; R];
            if self.add || part.from > 0 {
                for (r, sums) in sums.iter_mut().enumerate() {
                    for (v, sum) in sums.iter_mut().enumerate() {
                        let c = c.add(r * self.c_stride + v * V::LANES);
                        *sum = if SOME { V::load_first(c, width) } else { V::load(c) };
                    }
                }
            }
            for r in 0..R {
                for v in 0..C {
                    V::prefetch(c.wrapping_add((R + r) * self.c_stride + v * V::LANES));
                }
            }
            for _ in 0..part.depth {
                let mut bs = [V::splat(0.0); C];
                for (v, lanes) in bs.iter_mut().enumerate() {
                    let b = b.add(v * V::LANES);
                    *lanes = if SOME { V::load_first(b, width) } else { V::load(b) };
                }
                for (r, sums) in sums.iter_mut().enumerate() {
                    let a = V::splat(*a.add(r * self.a_stride));
                    for (sum, b) in sums.iter_mut().zip(bs) {
                        *sum = if FUSED { b.mul_add(a, *sum) } else { b.mul_then_add(a, *sum) };
                    }
                }
                a = a.wrapping_add(self.a_step);
                b = b.wrapping_add(self.b_step);
            }
            for (r, sums) in sums.iter().enumerate() {
                for (v, sum) in sums.iter().enumerate() {
                    let c = c.add(r * self.c_stride + v * V::LANES);
                    if SOME {
                        sum.store_first(c, width);
                    } else {
                        sum.store(c);
                    }
                }
            }
        }
    }
}
