//! Loops over slices that run a function on every element, compiled for the best vectors the processor has.
//!
//! A closure of plain arithmetic (and of the functions in [`math`](super::math) that have no branches) becomes vector code. The
//! results are the same bits on every processor, since Rust never fuses a product with a sum by itself. Slices of different lengths
//! are worked through up to the shortest.
//!
//! A large closure may be left as a call, which cannot use the wide vectors; a function marked `#[inline(always)]` never is.

#![allow(unsafe_code)]

use super::dispatch::{Task, dispatch};
use super::threads;
use super::vector::Vector;

/// `values[i] = f(values[i])`
#[inline]
pub fn map(values: &mut [f32], f: impl Fn(f32) -> f32 + Copy + Send) {
    update(values, [], [], move |value, [], []| *value = f(*value));
}

/// `values[i] = f(values[i], other[i])`
#[inline]
pub fn zip(values: &mut [f32], other: &[f32], f: impl Fn(f32, f32) -> f32 + Copy + Send) {
    update(values, [other], [], move |value, [other], []| {
        *value = f(*value, other);
    });
}

/// `values[i] = f(values[i], a[i], b[i])`
#[inline]
pub fn zip3(values: &mut [f32], a: &[f32], b: &[f32], f: impl Fn(f32, f32, f32) -> f32 + Copy + Send) {
    update(values, [a, b], [], move |value, [a, b], []| {
        *value = f(*value, a, b);
    });
}

/// `f(parameter, gradient)` for every parameter: one pass of an optimizer without state.
#[inline]
pub fn update0(parameters: &mut [f32], gradients: &mut [f32], f: impl Fn(&mut f32, &mut f32) + Copy + Send) {
    update(parameters, [], [gradients], move |p, [], [g]| f(p, g));
}

/// `f(parameter, gradient, first)` for every parameter: one pass of an optimizer with one moment.
#[inline]
pub fn update1(
    parameters: &mut [f32],
    gradients: &mut [f32],
    first: &mut [f32],
    f: impl Fn(&mut f32, &mut f32, &mut f32) + Copy + Send,
) {
    update(parameters, [], [gradients, first], move |p, [], [g, m]| {
        f(p, g, m);
    });
}

/// `f(parameter, gradient, first, second)` for every parameter: one pass of an optimizer with two moments.
#[inline]
pub fn update2(
    parameters: &mut [f32],
    gradients: &mut [f32],
    first: &mut [f32],
    second: &mut [f32],
    f: impl Fn(&mut f32, &mut f32, &mut f32, &mut f32) + Copy + Send,
) {
    update(parameters, [], [gradients, first, second], move |p, [], [g, m, v]| f(p, g, m, v));
}

/// The loop under all of the above: `READ` slices are read, `values` and `MORE` slices are changed.
#[inline]
fn update<const READ: usize, const MORE: usize>(
    values: &mut [f32],
    read: [&[f32]; READ],
    more: [&mut [f32]; MORE],
    f: impl Fn(&mut f32, [f32; READ], [&mut f32; MORE]) + Copy + Send,
) {
    let mut length = values.len();
    for slice in &read {
        length = length.min(slice.len());
    }
    for slice in &more {
        length = length.min(slice.len());
    }
    // a float takes about as long as eight multiply-adds
    let pieces = threads::pieces(8 * length * (1 + READ + MORE));
    if pieces < 2 {
        dispatch(Update { values, read, more, f });
    } else {
        in_pieces(pieces, length, Update { values, read, more, f });
    }
}

struct Update<'a, const READ: usize, const MORE: usize, F> {
    values: &'a mut [f32],
    read: [&'a [f32]; READ],
    more: [&'a mut [f32]; MORE],
    f: F,
}

/// The loop split over threads. All slices have `length` elements at least.
fn in_pieces<const READ: usize, const MORE: usize, F>(pieces: usize, length: usize, update: Update<READ, MORE, F>)
where
    F: Fn(&mut f32, [f32; READ], [&mut f32; MORE]) + Copy + Send,
{
    let middle = threads::middle(length, pieces, LINE);
    if middle == 0 {
        dispatch(update);
        return;
    }
    let Update { values, read, more, f } = update;
    let (low, high) = values.split_at_mut(middle);
    let (low_read, high_read) = halves(read, middle);
    let (low_more, high_more) = halves_mut(more, middle);
    let low = Update { values: low, read: low_read, more: low_more, f };
    let high = Update { values: high, read: high_read, more: high_more, f };
    threads::join(|| in_pieces(pieces / 2, middle, low), || in_pieces(pieces - pieces / 2, length - middle, high));
}

// What follows does not name the function of the loop: a closure written within it would be compiled anew for each, several times for each
// level.

/// Both sides of each slice.
fn halves<const N: usize>(slices: [&[f32]; N], middle: usize) -> ([&[f32]; N], [&[f32]; N]) {
    (slices.map(|slice| slice.split_at(middle).0), slices.map(|slice| slice.split_at(middle).1))
}

/// Both sides of each slice.
fn halves_mut<const N: usize>(slices: [&mut [f32]; N], middle: usize) -> ([&mut [f32]; N], [&mut [f32]; N]) {
    let mut halves = slices.map(|slice| slice.split_at_mut(middle));
    let low = halves.each_mut().map(|(low, _)| core::mem::take(low));
    (low, halves.map(|(_, high)| high))
}

/// The number at place `i` behind each pointer.
///
/// # Safety
///
/// There must be one.
#[inline(always)]
unsafe fn read_at<const N: usize>(pointers: [*const f32; N], i: usize) -> [f32; N] {
    // SAFETY: by the caller.
    pointers.map(|pointer| unsafe { *pointer.add(i) })
}

/// The place `i` behind each pointer.
///
/// # Safety
///
/// There must be one, and nothing else may refer to it.
#[inline(always)]
unsafe fn change_at<'a, const N: usize>(pointers: [*mut f32; N], i: usize) -> [&'a mut f32; N] {
    // SAFETY: by the caller.
    pointers.map(|pointer| unsafe { &mut *pointer.add(i) })
}

/// Floats in a cache line, which no two threads write to.
const LINE: usize = 16;

impl<const READ: usize, const MORE: usize, F> Task for Update<'_, READ, MORE, F>
where
    F: Fn(&mut f32, [f32; READ], [&mut f32; MORE]) + Copy + Send,
{
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let Self { values, read, more, f } = self;
        let mut length = values.len();
        for slice in &read {
            length = length.min(slice.len());
        }
        for slice in &more {
            length = length.min(slice.len());
        }
        let values = values.as_mut_ptr();
        let read = read.map(<[f32]>::as_ptr);
        let more = more.map(<[f32]>::as_mut_ptr);
        for i in 0..length {
            // SAFETY: `i` is below the length of every slice, and slices borrowed mutably do not overlap.
            unsafe {
                f(&mut *values.add(i), read_at(read, i), change_at(more, i));
            }
        }
    }
}

/// Elements summed before their sum joins the total, so that the rounding errors of long sums stay small.
const BLOCK: usize = 4096;
/// Sums kept side by side, to be added in pairs at the end of a block.
const SIDE_BY_SIDE: usize = 32;

/// Whether no value is NaN or infinite.
pub fn all_finite(values: &[f32]) -> bool {
    dispatch(AllFinite(values))
}

struct AllFinite<'a>(&'a [f32]);

impl Task for AllFinite<'_> {
    type Output = bool;

    #[inline(always)]
    unsafe fn run<V: Vector>(self) -> bool {
        // the bits without the sign grow with the number, and those of infinity and NaN are the largest
        let largest = |block: &[f32]| block.iter().fold(0, |max: u32, value| max.max(value.to_bits() & 0x7FFF_FFFF));
        self.0.chunks(BLOCK).all(|block| largest(block) < f32::INFINITY.to_bits())
    }
}

/// `sum_i values[i]^2`, in the same order, and so with the same bits, on every processor.
///
/// The relative error is below 200 roundings (2^-24) per block plus one for each block of 4096 elements.
pub fn sum_of_squares(values: &[f32]) -> f32 {
    dispatch(SumOfSquares(values))
}

struct SumOfSquares<'a>(&'a [f32]);

impl Task for SumOfSquares<'_> {
    type Output = f32;

    #[inline(always)]
    unsafe fn run<V: Vector>(self) -> f32 {
        let mut total = 0.0;
        for block in self.0.chunks(BLOCK) {
            let (rows, rest) = block.as_chunks::<SIDE_BY_SIDE>();
            // SAFETY: the caller vouches for the instructions.
            let mut sums = unsafe { columns_of_squares::<V>(rows) };
            for (sum, value) in sums.iter_mut().zip(rest) {
                *sum += value * value;
            }
            let mut width = SIDE_BY_SIDE / 2;
            while width > 0 {
                let (low, high) = sums.split_at_mut(width);
                for (low, high) in low.iter_mut().zip(high) {
                    *low += *high;
                }
                width /= 2;
            }
            total += sums[0];
        }
        total
    }
}

/// The sum of squares of each column, by vectors that stay in registers.
///
/// # Safety
///
/// The processor has the instructions of `V`.
#[inline(always)]
unsafe fn columns_of_squares<V: Vector>(rows: &[[f32; SIDE_BY_SIDE]]) -> [f32; SIDE_BY_SIDE] {
    const { assert!(SIDE_BY_SIDE.is_multiple_of(V::LANES)) };
    let mut sums = [0.0; SIDE_BY_SIDE];
    // SAFETY: each part holds as many floats as a vector.
    unsafe {
        let mut vectors = [V::splat(0.0); SIDE_BY_SIDE];
        for row in rows {
            for (sum, part) in vectors.iter_mut().zip(row.chunks_exact(V::LANES)) {
                let values = V::load(part.as_ptr());
                *sum = values.mul_then_add(values, *sum);
            }
        }
        for (vector, part) in vectors.iter().zip(sums.chunks_exact_mut(V::LANES)) {
            vector.store(part.as_mut_ptr());
        }
    }
    sums
}
