//! Pools: the largest number under each window, or the mean of all.
//!
//! The common windows, two columns wide and side by side, are worked on many at a time, so that they become vectors.

#![allow(unsafe_code)]

use core::marker::PhantomData;

use super::dispatch::{Task, dispatch};
use super::vector::Vector;

/// The sizes of a pool, known when it is compiled.
pub trait Pool {
    /// Height and width of the window.
    const KERNEL: [usize; 2];
    /// Height and width of what comes in.
    const INPUT: [usize; 2];
    /// Height and width of what goes out.
    const OUTPUT: [usize; 2];
    /// From one window to the next.
    const STRIDE: [usize; 2];
    /// Rows and columns before the first.
    const PADDING: [usize; 2];

    /// What a window holds before the first number.
    const START: f32;
    /// What a window holds with one more number.
    fn gather(so_far: f32, x: f32) -> f32;
    /// What comes of it in the end.
    fn finish(gathered: f32) -> f32;
    /// What of the gradient `left` of a window goes to its number `x`, and what is left for the numbers after it.
    fn give(left: f32, x: f32, y: f32) -> (f32, f32);
}

/// `y[plane][oy][ox] = finish(gather of all x[plane][oy·stride + ky - padding][ox·stride + kx - padding])`
///
/// `x` is `[planes][height][width]`, `y` is `[planes][out_height][out_width]`; the fewer planes count.
#[inline]
pub fn forward<P: Pool>(x: &[f32], y: &mut [f32]) {
    dispatch(Forward::<P> { x, y, pool: PhantomData });
}

/// `dx[plane][y][x] = ` the sum of what all windows over it give to it.
#[inline]
pub fn backward<P: Pool>(x: &[f32], y: &[f32], dy: &[f32], dx: &mut [f32]) {
    dispatch(Backward::<P> { x, y, dy, dx, pool: PhantomData });
}

struct Forward<'a, P> {
    x: &'a [f32],
    y: &'a mut [f32],
    pool: PhantomData<P>,
}

struct Backward<'a, P> {
    x: &'a [f32],
    y: &'a [f32],
    dy: &'a [f32],
    dx: &'a mut [f32],
    pool: PhantomData<P>,
}

/// Calls `visit` with each place of a plane under the window at `row` and `column` of the output, row by row.
#[inline(always)]
fn under<P: Pool>(row: usize, column: usize, mut visit: impl FnMut(usize)) {
    for ky in 0..P::KERNEL[0] {
        for kx in 0..P::KERNEL[1] {
            let y = (row * P::STRIDE[0] + ky).wrapping_sub(P::PADDING[0]);
            let x = (column * P::STRIDE[1] + kx).wrapping_sub(P::PADDING[1]);
            if y < P::INPUT[0] && x < P::INPUT[1] {
                visit(y * P::INPUT[1] + x);
            }
        }
    }
}

/// Places of the window that are worked on side by side.
const SIDE_BY_SIDE: usize = 16;

/// Windows of two columns that lie side by side, without padding: the pool that nearly all networks have.
#[inline(always)]
const fn in_pairs<P: Pool>() -> bool {
    P::KERNEL[1] == 2 && P::STRIDE[1] == 2 && P::PADDING[0] == 0 && P::PADDING[1] == 0
}

/// Whether `SIDE_BY_SIDE` windows from `row` and `column` on can be read and written, be it beyond the end of their row.
#[inline(always)]
fn whole<P: Pool>(row: usize, column: usize, x: &[f32], y: &[f32]) -> bool {
    let last = (row * P::STRIDE[0] + P::KERNEL[0] - 1) * P::INPUT[1] + 2 * column;
    last + 2 * SIDE_BY_SIDE <= x.len() && row * P::OUTPUT[1] + column + SIDE_BY_SIDE <= y.len()
}

impl<P: Pool> Task for Forward<'_, P> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let Forward { mut x, mut y, .. } = self;
        let (plane, out_plane) = (P::INPUT[0] * P::INPUT[1], P::OUTPUT[0] * P::OUTPUT[1]);
        while x.len() >= plane && y.len() >= out_plane {
            for row in 0..P::OUTPUT[0] {
                let mut column = 0;
                while in_pairs::<P>() && column < P::OUTPUT[1] && whole::<P>(row, column, x, y) {
                    // beyond the end of the row comes what is written later, and so overwritten
                    let mut gathered = [P::START; SIDE_BY_SIDE];
                    for ky in 0..P::KERNEL[0] {
                        let at = (row * P::STRIDE[0] + ky) * P::INPUT[1] + 2 * column;
                        // SAFETY: `whole` says that so many can be read.
                        let pairs = unsafe { x.as_ptr().add(at).cast::<[[f32; 2]; SIDE_BY_SIDE]>().read() };
                        for (gathered, [a, b]) in gathered.iter_mut().zip(pairs) {
                            *gathered = P::gather(P::gather(*gathered, a), b);
                        }
                    }
                    let finished = gathered.map(P::finish);
                    // SAFETY: `whole` says that so many can be written.
                    unsafe {
                        y.as_mut_ptr().add(row * P::OUTPUT[1] + column).cast::<[f32; SIDE_BY_SIDE]>().write(finished)
                    };
                    column += SIDE_BY_SIDE;
                }
                for column in column..P::OUTPUT[1] {
                    let mut gathered = P::START;
                    under::<P>(row, column, |at| {
                        // SAFETY: `under` names places of the plane.
                        gathered = P::gather(gathered, unsafe { *x.get_unchecked(at) });
                    });
                    // SAFETY: a place of the output.
                    unsafe { *y.get_unchecked_mut(row * P::OUTPUT[1] + column) = P::finish(gathered) };
                }
            }
            x = x.get(plane..).unwrap_or_default();
            y = y.get_mut(out_plane..).unwrap_or_default();
        }
    }
}

impl<P: Pool> Task for Backward<'_, P> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let Backward { mut x, mut y, mut dy, mut dx, .. } = self;
        let (plane, out_plane) = (P::INPUT[0] * P::INPUT[1], P::OUTPUT[0] * P::OUTPUT[1]);
        dx.fill(0.0);
        while x.len().min(dx.len()) >= plane && y.len().min(dy.len()) >= out_plane {
            for row in 0..P::OUTPUT[0] {
                let mut column = 0;
                let ends = x.len() == dx.len() && y.len() == dy.len();
                while in_pairs::<P>() && column < P::OUTPUT[1] && ends && whole::<P>(row, column, x, y) {
                    let out = row * P::OUTPUT[1] + column;
                    // SAFETY: `whole` says that so many can be read.
                    let (ys, mut left) = unsafe {
                        let ys = y.as_ptr().add(out).cast::<[f32; SIDE_BY_SIDE]>().read();
                        (ys, dy.as_ptr().add(out).cast::<[f32; SIDE_BY_SIDE]>().read())
                    };
                    let width = P::OUTPUT[1] - column;
                    for (i, left) in left.iter_mut().enumerate() {
                        // beyond the end of the row nothing is given
                        *left = if i < width { *left } else { 0.0 };
                    }
                    for ky in 0..P::KERNEL[0] {
                        let at = (row * P::STRIDE[0] + ky) * P::INPUT[1] + 2 * column;
                        // SAFETY: `whole` says that so many can be read and written.
                        unsafe {
                            let xs = x.as_ptr().add(at).cast::<[[f32; 2]; SIDE_BY_SIDE]>().read();
                            let into = dx.as_mut_ptr().add(at).cast::<[[f32; 2]; SIDE_BY_SIDE]>();
                            let mut dxs = into.read();
                            for i in 0..SIDE_BY_SIDE {
                                let (a, rest) = P::give(left[i], xs[i][0], ys[i]);
                                let (b, rest) = P::give(rest, xs[i][1], ys[i]);
                                dxs[i][0] += a;
                                dxs[i][1] += b;
                                left[i] = rest;
                            }
                            into.write(dxs);
                        }
                    }
                    column += SIDE_BY_SIDE;
                }
                for column in column..P::OUTPUT[1] {
                    let out = row * P::OUTPUT[1] + column;
                    // SAFETY: a place of the output.
                    let (y, mut left) = unsafe { (*y.get_unchecked(out), *dy.get_unchecked(out)) };
                    under::<P>(row, column, |at| {
                        // SAFETY: `under` names places of the plane.
                        unsafe {
                            let (given, rest) = P::give(left, *x.get_unchecked(at), y);
                            *dx.get_unchecked_mut(at) += given;
                            left = rest;
                        }
                    });
                }
            }
            x = x.get(plane..).unwrap_or_default();
            y = y.get(out_plane..).unwrap_or_default();
            dx = dx.get_mut(plane..).unwrap_or_default();
            dy = dy.get(out_plane..).unwrap_or_default();
        }
    }
}
