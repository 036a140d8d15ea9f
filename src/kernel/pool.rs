//! Pools: the largest number under each window, or the mean of all.
//!
//! Rows of the output are gone through as a whole for each row of the window, so that numbers side by side become vectors.

#![allow(unsafe_code)]

use super::dispatch::{Task, dispatch};
use super::vector::Vector;

/// The sizes of a pool, known when it is compiled.
pub trait Pool: Copy {
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
pub fn forward<P: Pool>(_pool: P, x: &[f32], y: &mut [f32]) {
    dispatch(Forward::<P> { x, y, pool: _pool });
}

/// `dx[plane][y][x] = ` the sum of what all windows over it give to it. Overwrites `dy`.
#[inline]
pub fn backward<P: Pool>(_pool: P, x: &[f32], y: &[f32], dy: &mut [f32], dx: &mut [f32]) {
    dispatch(Backward::<P> { x, y, dy, dx, pool: _pool });
}

struct Forward<'a, P> {
    x: &'a [f32],
    y: &'a mut [f32],
    pool: P,
}

struct Backward<'a, P> {
    x: &'a [f32],
    y: &'a [f32],
    dy: &'a mut [f32],
    dx: &'a mut [f32],
    pool: P,
}

/// The places of the window at which all its columns are over the input.
#[inline(always)]
fn inside<P: Pool>() -> core::ops::Range<usize> {
    let (stride, padding, kernel) = (P::STRIDE[1], P::PADDING[1], P::KERNEL[1]);
    let from = padding.div_ceil(stride).min(P::OUTPUT[1]);
    let to = ((P::INPUT[1] + padding + stride).saturating_sub(kernel) / stride).clamp(from, P::OUTPUT[1]);
    from..to
}

/// Calls `visit` with each row of the output, and the row of the input under each row of its window.
#[inline(always)]
fn rows<P: Pool>(mut visit: impl FnMut(usize, usize)) {
    for row in 0..P::OUTPUT[0] {
        for ky in 0..P::KERNEL[0] {
            let y = (row * P::STRIDE[0] + ky).wrapping_sub(P::PADDING[0]);
            if y < P::INPUT[0] {
                visit(row, y);
            }
        }
    }
}

/// Where column `kx` of the window at `column` is, if it is over the input.
#[inline(always)]
fn under<P: Pool>(column: usize, kx: usize) -> Option<usize> {
    let x = (column * P::STRIDE[1] + kx).wrapping_sub(P::PADDING[1]);
    (x < P::INPUT[1]).then_some(x)
}

impl<P: Pool> Task for Forward<'_, P> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let _ = self.pool;
        let (width, out_width) = (P::INPUT[1], P::OUTPUT[1]);
        let planes = self.x.chunks_exact(P::INPUT[0] * width).zip(self.y.chunks_exact_mut(P::OUTPUT[0] * out_width));
        for (x, y) in planes {
            y.fill(P::START);
            rows::<P>(|row, line| {
                let (x, y) = (x.as_ptr().wrapping_add(line * width), y.as_mut_ptr().wrapping_add(row * out_width));
                // SAFETY: rows and lines are those of the planes; columns inside are over the input with all the window, the others are
                // only where `under` finds them so.
                unsafe {
                    for column in inside::<P>() {
                        let x = x.add(column * P::STRIDE[1] - P::PADDING[1]);
                        let mut gathered = *y.add(column);
                        for kx in 0..P::KERNEL[1] {
                            gathered = P::gather(gathered, *x.add(kx));
                        }
                        *y.add(column) = gathered;
                    }
                    for column in (0..inside::<P>().start).chain(inside::<P>().end..out_width) {
                        for kx in 0..P::KERNEL[1] {
                            if let Some(under) = under::<P>(column, kx) {
                                *y.add(column) = P::gather(*y.add(column), *x.add(under));
                            }
                        }
                    }
                }
            });
            for y in y {
                *y = P::finish(*y);
            }
        }
    }
}

impl<P: Pool> Task for Backward<'_, P> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let _ = self.pool;
        let (width, out_width) = (P::INPUT[1], P::OUTPUT[1]);
        let (plane, out_plane) = (P::INPUT[0] * width, P::OUTPUT[0] * out_width);
        let inputs = self.x.chunks_exact(plane).zip(self.dx.chunks_exact_mut(plane));
        let outputs = self.y.chunks_exact(out_plane).zip(self.dy.chunks_exact_mut(out_plane));
        for ((x, dx), (y, dy)) in inputs.zip(outputs) {
            dx.fill(0.0);
            rows::<P>(|row, line| {
                let (x, dx) = (x.as_ptr().wrapping_add(line * width), dx.as_mut_ptr().wrapping_add(line * width));
                let (y, dy) = (y.as_ptr().wrapping_add(row * out_width), dy.as_mut_ptr().wrapping_add(row * out_width));
                // SAFETY: as in the forward pass; the four planes are distinct.
                unsafe {
                    for column in inside::<P>() {
                        let at = column * P::STRIDE[1] - P::PADDING[1];
                        for kx in 0..P::KERNEL[1] {
                            let (given, left) = P::give(*dy.add(column), *x.add(at + kx), *y.add(column));
                            *dx.add(at + kx) += given;
                            *dy.add(column) = left;
                        }
                    }
                    for column in (0..inside::<P>().start).chain(inside::<P>().end..out_width) {
                        for kx in 0..P::KERNEL[1] {
                            if let Some(under) = under::<P>(column, kx) {
                                let (given, left) = P::give(*dy.add(column), *x.add(under), *y.add(column));
                                *dx.add(under) += given;
                                *dy.add(column) = left;
                            }
                        }
                    }
                }
            });
        }
    }
}
