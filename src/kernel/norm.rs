//! Sums and maps over one channel of many samples, for normalisations and pools of whole planes.
//!
//! `channel` is the number of channels, the numbers of a channel in one sample, and which channel. `x` is `[samples][channels][numbers]`.

#![allow(unsafe_code)]

use super::dispatch::{Task, dispatch};
use super::parts::{parts, parts_mut};
use super::vector::Vector;

/// Sums kept side by side, which become vectors.
const SIDE_BY_SIDE: usize = 32;

/// The channel's numbers of each sample.
#[inline(always)]
fn planes(channel: [usize; 3], x: &[f32]) -> impl Iterator<Item = &[f32]> {
    let [channels, numbers, which] = channel;
    let samples = parts(x, channels * numbers);
    samples.filter_map(move |sample| sample.get(which * numbers..(which + 1) * numbers))
}

/// The same, to write.
#[inline(always)]
fn planes_mut(channel: [usize; 3], x: &mut [f32]) -> impl Iterator<Item = &mut [f32]> {
    let [channels, numbers, which] = channel;
    let samples = parts_mut(x, channels * numbers);
    samples.filter_map(move |sample| sample.get_mut(which * numbers..(which + 1) * numbers))
}

/// Sums `f` of two slices, in an order that is the same on every processor.
#[inline(always)]
fn sum_plane(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) -> f32 {
    let mut sums = [0.0; SIDE_BY_SIDE];
    let ((rows, rest), (other_rows, other_rest)) = (a.as_chunks::<SIDE_BY_SIDE>(), b.as_chunks::<SIDE_BY_SIDE>());
    for (a, b) in rows.iter().zip(other_rows) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += f(*a, *b);
        }
    }
    for ((sum, a), b) in sums.iter_mut().zip(rest).zip(other_rest) {
        *sum += f(*a, *b);
    }
    let mut width = SIDE_BY_SIDE / 2;
    while width > 0 {
        let (low, high) = sums.split_at_mut(width);
        for (low, high) in low.iter_mut().zip(high) {
            *low += *high;
        }
        width /= 2;
    }
    sums[0]
}

struct Sum<'a, F> {
    channel: [usize; 3],
    a: &'a [f32],
    b: &'a [f32],
    f: F,
}

impl<F: Fn(f32, f32) -> f32 + Copy> Task for Sum<'_, F> {
    type Output = f32;

    #[inline(always)]
    unsafe fn run<V: Vector>(self) -> f32 {
        let planes = planes(self.channel, self.a).zip(planes(self.channel, self.b));
        let mut sum = 0.0;
        for (a, b) in planes {
            sum += sum_plane(a, b, self.f);
        }
        sum
    }
}

struct Map<'a, F> {
    channel: [usize; 3],
    a: &'a [f32],
    b: &'a [f32],
    y: &'a mut [f32],
    f: F,
}

impl<F: Fn(f32, f32) -> f32 + Copy> Task for Map<'_, F> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let Map { channel, a, b, y, f } = self;
        for ((a, b), y) in planes(channel, a).zip(planes(channel, b)).zip(planes_mut(channel, y)) {
            for ((a, b), y) in a.iter().zip(b).zip(y) {
                *y = f(*a, *b);
            }
        }
    }
}

/// `Σ x`
pub fn sum(channel: [usize; 3], x: &[f32]) -> f32 {
    dispatch(Sum { channel, a: x, b: x, f: |x, _| x })
}

/// `Σ (x − mean)²`
pub fn sum_of_squares(channel: [usize; 3], x: &[f32], mean: f32) -> f32 {
    dispatch(Sum { channel, a: x, b: x, f: move |x, _| (x - mean) * (x - mean) })
}

/// `Σ a·(x − mean)`
pub fn sum_of_products(channel: [usize; 3], a: &[f32], x: &[f32], mean: f32) -> f32 {
    dispatch(Sum { channel, a, b: x, f: move |a, x| a * (x - mean) })
}

/// `Σ a·x` over all `x` that are not above zero.
pub fn sum_of_products_below_zero(a: &[f32], x: &[f32]) -> f32 {
    let channel = [1, a.len(), 0];
    dispatch(Sum { channel, a, b: x, f: |a, x| if x > 0.0 { 0.0 } else { a * x } })
}

/// `max x`; NaN, if there is one.
pub fn largest(x: &[f32]) -> f32 {
    dispatch(Largest { x })
}

struct Largest<'a> {
    x: &'a [f32],
}

impl Task for Largest<'_> {
    type Output = f32;

    #[inline(always)]
    unsafe fn run<V: Vector>(self) -> f32 {
        let mut largest = [f32::NEG_INFINITY; SIDE_BY_SIDE];
        let (rows, rest) = self.x.as_chunks::<SIDE_BY_SIDE>();
        for row in rows {
            for (so_far, x) in largest.iter_mut().zip(row) {
                *so_far = larger(*so_far, *x);
            }
        }
        for (so_far, x) in largest.iter_mut().zip(rest) {
            *so_far = larger(*so_far, *x);
        }
        largest.into_iter().fold(f32::NEG_INFINITY, larger)
    }
}

/// Written so that NaN stays NaN.
#[inline(always)]
fn larger(so_far: f32, x: f32) -> f32 {
    if (x <= so_far) | so_far.is_nan() { so_far } else { x }
}

/// `y = x·scale + shift`
pub fn scale_and_shift(channel: [usize; 3], x: &[f32], y: &mut [f32], scale: f32, shift: f32) {
    dispatch(Map { channel, a: x, b: x, y, f: move |x, _| x * scale + shift });
}

/// `y = (x − mean)·scale + shift`
pub fn center_scale_shift(channel: [usize; 3], x: &[f32], y: &mut [f32], mean: f32, scale: f32, shift: f32) {
    dispatch(Map { channel, a: x, b: x, y, f: move |x, _| (x - mean) * scale + shift });
}

/// `dx = scale·(dy − offset − (x − mean)·slope)`
pub fn input_gradient(channel: [usize; 3], dy: &[f32], x: &[f32], dx: &mut [f32], mean: f32, factors: [f32; 3]) {
    let [scale, offset, slope] = factors;
    dispatch(Map { channel, a: dy, b: x, y: dx, f: move |dy, x| scale * (dy - offset - (x - mean) * slope) });
}
