//! Pools against their formulas, on every level this processor has and on plain vectors.

#![allow(unsafe_code)]

use super::conv::Geometry;
use super::dispatch::{Task, forced};
use super::pool::{Backward, Forward, Pool, backward, forward};
use super::vector::{Four, One};
use core::marker::PhantomData;
use std::vec::Vec;
use std::{format, vec};

/// A pool of the largest or of the mean, of a window, an input, an output, a stride and a padding.
struct Case<
    const MAX: bool,
    const KH: usize,
    const KW: usize,
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
    const SH: usize,
    const SW: usize,
    const P: usize,
>;

impl<
    const MAX: bool,
    const KH: usize,
    const KW: usize,
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
    const SH: usize,
    const SW: usize,
    const P: usize,
> Pool for Case<MAX, KH, KW, H, W, OH, OW, SH, SW, P>
{
    const GEOMETRY: Geometry = Geometry {
        channels: 1,
        filters: 1,
        groups: 1,
        input: [H, W],
        output: [OH, OW],
        kernel: [KH, KW],
        stride: [SH, SW],
        padding: [P, P],
        dilation: [1, 1],
    };
    const START: f32 = if MAX { f32::NEG_INFINITY } else { 0.0 };

    fn gather(so_far: f32, x: f32) -> f32 {
        match MAX {
            true if x > so_far => x,
            true => so_far,
            false => so_far + x,
        }
    }

    fn finish(gathered: f32) -> f32 {
        if MAX { gathered } else { gathered / (KH * KW) as f32 }
    }

    fn give(left: f32, x: f32, y: f32) -> (f32, f32) {
        match (MAX, x == y) {
            (true, true) => (left, 0.0),
            (true, false) => (0.0, left),
            (false, _) => (left / (KH * KW) as f32, left),
        }
    }
}

/// The places of a plane under the window at a place of the output, row by row.
fn under<P: Pool>(row: usize, column: usize) -> impl Iterator<Item = usize> {
    let window = (0..P::KERNEL[0]).flat_map(|ky| (0..P::KERNEL[1]).map(move |kx| (ky, kx)));
    window.filter_map(move |(ky, kx)| {
        let y = (row * P::STRIDE[0] + ky).checked_sub(P::PADDING[0])?;
        let x = (column * P::STRIDE[1] + kx).checked_sub(P::PADDING[1])?;
        (y < P::INPUT[0] && x < P::INPUT[1]).then_some(y * P::INPUT[1] + x)
    })
}

/// Numbers with many that are equal, some zeros of either sign among them.
fn numbers(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|i| [-0.0, 1.5, -2.0, 0.0, 3.0, -1.0, 0.25][(i * i + 3 * i + seed) % 7]).collect()
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

fn check<P: Pool>() {
    let (plane, out) = (P::INPUT[0] * P::INPUT[1], P::OUTPUT[0] * P::OUTPUT[1]);
    for planes in 1..=3 {
        let name = format!("{:?} of {:?} to {:?}, {planes} planes", P::KERNEL, P::INPUT, P::OUTPUT);
        let (x, dy) = (numbers(planes * plane, 1), numbers(planes * out, 5));
        let (mut y, mut dx) = (vec![P::START; planes * out], vec![0.0; planes * plane]);
        for (p, y) in y.chunks_mut(out).enumerate() {
            for (at, y) in y.iter_mut().enumerate() {
                let (row, column) = (at / P::OUTPUT[1], at % P::OUTPUT[1]);
                *y = P::finish(under::<P>(row, column).fold(P::START, |sum, i| P::gather(sum, x[p * plane + i])));
                let mut left = dy[p * out + at];
                for i in under::<P>(row, column) {
                    let given;
                    (given, left) = P::give(left, x[p * plane + i], *y);
                    dx[p * plane + i] += given;
                }
            }
        }
        // one plane more of either is left as it is, or cleared
        let check = |level: &str, forward: &dyn Fn(&mut [f32]), backward: &dyn Fn(&mut [f32])| {
            let mut found = vec![7.0; planes * out + out];
            forward(&mut found);
            assert_eq!(bits(&found[..planes * out]), bits(&y), "{name}, {level}: y");
            assert!(found[planes * out..].iter().all(|y| *y == 7.0), "{name}, {level}: beyond y");
            let mut found = vec![f32::NAN; planes * plane + plane];
            backward(&mut found);
            assert_eq!(bits(&found[..planes * plane]), bits(&dx), "{name}, {level}: dx");
            assert!(found[planes * plane..].iter().all(|dx| *dx == 0.0), "{name}, {level}: beyond dx");
        };
        forced::each(|level| {
            check(&format!("{level:?}"), &|to| forward::<P>(&x, to), &|to| backward::<P>(&x, &y, &dy, to));
        });
        let (x, y, dy, pool) = (&x[..], &y[..], &dy[..], PhantomData::<P>);
        // SAFETY: these vectors are plain Rust.
        unsafe {
            let forward = |to: &mut [f32]| Forward { x, y: to, pool }.run::<One>();
            check("one float", &forward, &|to| Backward { x, y, dy, dx: to, pool }.run::<One>());
            let forward = |to: &mut [f32]| Forward { x, y: to, pool }.run::<Four>();
            check("four floats", &forward, &|to| Backward { x, y, dy, dx: to, pool }.run::<Four>());
        }
    }
}

macro_rules! both {
    ($($sizes:tt)*) => { check::<Case<true, $($sizes)*>>(); check::<Case<false, $($sizes)*>>(); };
}

#[test]
fn pools_side_by_side() {
    both!(2, 2, 8, 38, 4, 19, 2, 2, 0);
    both!(2, 2, 28, 28, 14, 14, 2, 2, 0);
    both!(2, 2, 9, 71, 4, 35, 2, 2, 0);
    both!(2, 2, 5, 7, 2, 3, 2, 2, 0);
    both!(1, 2, 3, 66, 3, 33, 1, 2, 0);
    both!(3, 2, 7, 40, 2, 20, 3, 2, 0);
}

#[test]
fn pools_that_overlap_or_leave_rows_out() {
    both!(2, 2, 6, 64, 5, 32, 1, 2, 0);
    both!(2, 2, 9, 64, 3, 32, 3, 2, 0);
    both!(3, 3, 7, 37, 7, 37, 1, 1, 1);
    both!(2, 3, 6, 60, 3, 20, 2, 3, 0);
}

#[test]
fn pools_that_end_beyond_the_plane() {
    both!(2, 2, 8, 35, 4, 18, 2, 2, 0);
    both!(2, 2, 7, 7, 4, 4, 2, 2, 0);
    both!(2, 2, 7, 36, 4, 18, 2, 2, 0);
    both!(2, 2, 6, 38, 4, 20, 2, 2, 1);
}
