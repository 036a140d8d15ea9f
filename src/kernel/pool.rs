//! Pools: the largest number under each window, or the mean of all.
//!
//! The common windows, two columns wide and side by side, are worked on many at a time, so that they become vectors.

#![allow(unsafe_code)]

use core::marker::PhantomData;

use super::conv::Geometry;
use super::dispatch::{Task, dispatch};
use super::vector::Vector;

/// The sizes of a pool, known when it is compiled.
pub trait Pool {
    /// Of one plane, after all checks. A pool takes every number that its window covers: there is no dilation.
    const GEOMETRY: Geometry;

    /// Height and width of the window.
    const KERNEL: [usize; 2] = Self::GEOMETRY.kernel;
    /// Height and width of what comes in.
    const INPUT: [usize; 2] = Self::GEOMETRY.input;
    /// Height and width of what goes out.
    const OUTPUT: [usize; 2] = Self::GEOMETRY.output;
    /// From one window to the next.
    const STRIDE: [usize; 2] = Self::GEOMETRY.stride;
    /// Rows and columns before the first.
    const PADDING: [usize; 2] = Self::GEOMETRY.padding;

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

pub(super) struct Forward<'a, P> {
    pub x: &'a [f32],
    pub y: &'a mut [f32],
    pub pool: PhantomData<P>,
}

pub(super) struct Backward<'a, P> {
    pub x: &'a [f32],
    pub y: &'a [f32],
    pub dy: &'a [f32],
    pub dx: &'a mut [f32],
    pub pool: PhantomData<P>,
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

/// Windows of two columns that lie side by side and within the plane: the pool that nearly all networks have.
#[inline(always)]
const fn in_pairs<P: Pool>() -> bool {
    let pairs = P::KERNEL[1] == 2 && P::STRIDE[1] == 2 && P::PADDING[0] == 0 && P::PADDING[1] == 0;
    pairs && within::<P>(0) && within::<P>(1)
}

/// Whether the last window ends where the plane does, or before.
const fn within<P: Pool>(direction: usize) -> bool {
    P::OUTPUT[direction].saturating_sub(1) * P::STRIDE[direction] + P::KERNEL[direction] <= P::INPUT[direction]
}

/// Whether `SIDE_BY_SIDE` windows from `row` and `column` on can be read and written, be it beyond the end of their row.
#[inline(always)]
fn whole<P: Pool>(row: usize, column: usize, x: &[f32], y: &[f32]) -> bool {
    let last = (row * P::STRIDE[0] + P::KERNEL[0] - 1) * P::INPUT[1] + 2 * column;
    last + 2 * SIDE_BY_SIDE <= x.len() && row * P::OUTPUT[1] + column + SIDE_BY_SIDE <= y.len()
}

/// How many planes so many numbers are.
#[inline(always)]
const fn whole_planes(numbers: usize, plane: usize) -> usize {
    match numbers.checked_div(plane) {
        Some(planes) => planes,
        None => 0,
    }
}

/// `SIDE_BY_SIDE` pairs of numbers: the first of each, the second of each.
///
/// # Safety
///
/// So many must be there, and the processor must have the vectors.
#[inline(always)]
unsafe fn load_pairs<V: Vector>(from: *const f32) -> [[f32; SIDE_BY_SIDE]; 2] {
    const { assert!(SIDE_BY_SIDE.is_multiple_of(V::LANES), "lanes divide what lies side by side") };
    let [mut first, mut second] = [[0.0; SIDE_BY_SIDE]; 2];
    for i in (0..SIDE_BY_SIDE).step_by(V::LANES) {
        // SAFETY: as for this function; the lanes divide `SIDE_BY_SIDE`.
        unsafe {
            let [a, b] = V::load_pairs(from.add(2 * i));
            a.store(first.as_mut_ptr().add(i));
            b.store(second.as_mut_ptr().add(i));
        }
    }
    [first, second]
}

/// Stores the first `count` numbers of what [`load_pairs`] loads.
///
/// # Safety
///
/// There must be room for so many, and the processor must have the vectors.
#[inline(always)]
unsafe fn store_pairs<V: Vector>([first, second]: [[f32; SIDE_BY_SIDE]; 2], to: *mut f32, count: usize) {
    const { assert!(SIDE_BY_SIDE.is_multiple_of(V::LANES), "lanes divide what lies side by side") };
    let mut line = [0.0; 2 * SIDE_BY_SIDE];
    for i in (0..SIDE_BY_SIDE).step_by(V::LANES) {
        // SAFETY: the lanes divide `SIDE_BY_SIDE`; the processor has the vectors, by the caller.
        unsafe {
            let pairs = [V::load(first.as_ptr().add(i)), V::load(second.as_ptr().add(i))];
            V::store_pairs(pairs, line.as_mut_ptr().add(2 * i));
        }
    }
    for i in (0..count.min(line.len())).step_by(V::LANES) {
        // SAFETY: as for this function.
        unsafe {
            let (numbers, left) = (V::load(line.as_ptr().add(i)), count - i);
            if left >= V::LANES {
                numbers.store(to.add(i));
            } else {
                numbers.store_first(to.add(i), left);
            }
        }
    }
}

impl<P: Pool> Task for Forward<'_, P> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let Forward { x, y, .. } = self;
        let (plane, out_plane) = (P::INPUT[0] * P::INPUT[1], P::OUTPUT[0] * P::OUTPUT[1]);
        let planes = whole_planes(x.len(), plane).min(whole_planes(y.len(), out_plane));
        let mut x = x.get(..planes * plane).unwrap_or_default();
        let mut y = y.get_mut(..planes * out_plane).unwrap_or_default();
        for _ in 0..planes {
            for row in 0..P::OUTPUT[0] {
                let mut column = 0;
                while in_pairs::<P>() && column < P::OUTPUT[1] && whole::<P>(row, column, x, y) {
                    // beyond the end of the row comes what is written later, and so overwritten
                    let mut gathered = [P::START; SIDE_BY_SIDE];
                    for ky in 0..P::KERNEL[0] {
                        let at = (row * P::STRIDE[0] + ky) * P::INPUT[1] + 2 * column;
                        // SAFETY: `whole` says that so many can be read.
                        let [first, second] = unsafe { load_pairs::<V>(x.as_ptr().add(at)) };
                        for ((gathered, a), b) in gathered.iter_mut().zip(&first).zip(&second) {
                            *gathered = P::gather(P::gather(*gathered, *a), *b);
                        }
                    }
                    for gathered in &mut gathered {
                        *gathered = P::finish(*gathered);
                    }
                    // SAFETY: `whole` says that so many can be written.
                    unsafe {
                        y.as_mut_ptr().add(row * P::OUTPUT[1] + column).cast::<[f32; SIDE_BY_SIDE]>().write(gathered)
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

/// Whether in addition each window begins where the one above ends, so that what a place gets is written and not added.
#[inline(always)]
const fn disjoint<P: Pool>() -> bool {
    in_pairs::<P>() && P::STRIDE[0] == P::KERNEL[0]
}

impl<P: Pool> Task for Backward<'_, P> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let Backward { x, y, dy, dx, .. } = self;
        let (plane, out_plane) = (P::INPUT[0] * P::INPUT[1], P::OUTPUT[0] * P::OUTPUT[1]);
        let planes = whole_planes(x.len().min(dx.len()), plane).min(whole_planes(y.len().min(dy.len()), out_plane));
        let disjoint = const { disjoint::<P>() };
        let (mut dx, rest) = dx.split_at_mut_checked(planes * plane).unwrap_or_default();
        rest.fill(0.0);
        if !disjoint {
            dx.fill(0.0);
        }
        let mut x = x.get(..planes * plane).unwrap_or_default();
        let mut y = y.get(..planes * out_plane).unwrap_or_default();
        let mut dy = dy.get(..planes * out_plane).unwrap_or_default();
        for _ in 0..planes {
            for row in 0..P::OUTPUT[0] {
                let mut column = 0;
                while disjoint && column < P::OUTPUT[1] && whole::<P>(row, column, x, y) {
                    // SAFETY: `whole` says that so many can be read and written.
                    unsafe { give_pairs::<V, P>(row, column, x, y, dy, dx) };
                    column += SIDE_BY_SIDE;
                }
                if disjoint {
                    clear::<P>(row, 2 * column.min(P::OUTPUT[1]), dx);
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
            if disjoint {
                let below = P::OUTPUT[0] * P::STRIDE[0] * P::INPUT[1];
                dx.get_mut(below..plane).unwrap_or_default().fill(0.0);
            }
            x = x.get(plane..).unwrap_or_default();
            y = y.get(out_plane..).unwrap_or_default();
            dx = dx.get_mut(plane..).unwrap_or_default();
            dy = dy.get(out_plane..).unwrap_or_default();
        }
    }
}

/// Writes what `SIDE_BY_SIDE` windows from `row` and `column` on, or as many as there are in the row, give to the places under them.
///
/// # Safety
///
/// So many must be [`whole`], in both pairs of slices, and the processor must have the vectors.
#[inline(always)]
unsafe fn give_pairs<V: Vector, P: Pool>(row: usize, column: usize, x: &[f32], y: &[f32], dy: &[f32], dx: &mut [f32]) {
    let out = row * P::OUTPUT[1] + column;
    // SAFETY: as for this function.
    let (ys, mut left) = unsafe {
        let ys = y.as_ptr().add(out).cast::<[f32; SIDE_BY_SIDE]>().read();
        (ys, dy.as_ptr().add(out).cast::<[f32; SIDE_BY_SIDE]>().read())
    };
    let count = 2 * SIDE_BY_SIDE.min(P::OUTPUT[1] - column);
    for ky in 0..P::KERNEL[0] {
        let at = (row * P::STRIDE[0] + ky) * P::INPUT[1] + 2 * column;
        // SAFETY: as for this function.
        let mut columns = unsafe { load_pairs::<V>(x.as_ptr().add(at)) };
        for column in &mut columns {
            for ((x, left), y) in column.iter_mut().zip(&mut left).zip(&ys) {
                let (given, rest) = P::give(*left, *x, *y);
                // the sum that begins with zero elsewhere: so a zero has no other sign here
                (*x, *left) = (0.0 + given, rest);
            }
        }
        // SAFETY: as for this function.
        unsafe { store_pairs::<V>(columns, dx.as_mut_ptr().add(at), count) };
    }
}

/// Clears what lies under the windows of a row of the output, from a column of the input on.
#[inline(always)]
fn clear<P: Pool>(row: usize, column: usize, dx: &mut [f32]) {
    for line in row * P::STRIDE[0]..(row + 1) * P::STRIDE[0] {
        let line = dx.get_mut(line * P::INPUT[1]..(line + 1) * P::INPUT[1]).unwrap_or_default();
        line.get_mut(column..).unwrap_or_default().fill(0.0);
    }
}
