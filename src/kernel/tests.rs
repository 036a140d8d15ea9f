//! The kernels against their formulas on awkward sizes, on every level this processor has.

#![allow(unsafe_code)]

use super::affine::Dots;
use super::dispatch::{Task, dispatch, forced};
use super::gradient::Combine;
use super::vector::{Four, One, Vector};
use super::{Epilogue, NoEpilogue, math, reference};
use core::sync::atomic::{AtomicUsize, Ordering};
use std::{format, vec::Vec};

/// Batch sizes that leave remainders of every kind.
const BATCHES: [usize; 10] = [0, 1, 2, 3, 5, 11, 31, 32, 33, 130];

/// Numbers in -1..1 from a multiplicative generator.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        (self.0 >> 8) as f32 / (1u32 << 23) as f32 - 1.0
    }

    fn rows<const N: usize>(&mut self, count: usize) -> Vec<[f32; N]> {
        (0..count).map(|_| core::array::from_fn(|_| self.next())).collect()
    }
}

/// Asserts that each pair differs by no more than the rounding errors of a sum of `terms` products below 1.
fn assert_close(what: &str, terms: usize, fast: &[f32], plain: &[f32]) {
    assert_eq!(fast.len(), plain.len());
    let bound = 2e-7 * (terms as f32 + 4.0);
    for (i, (fast, plain)) in fast.iter().zip(plain).enumerate() {
        assert!((fast - plain).abs() <= bound, "{what}[{i}]: {fast} and {plain}");
    }
}

/// Doubles rows and counts them.
struct Doubled(AtomicUsize);

impl<const N: usize> Epilogue<[f32; N]> for &Doubled {
    fn finish(&self, rows: &mut [[f32; N]]) {
        self.0.fetch_add(rows.len(), Ordering::Relaxed);
        for y in rows.as_flattened_mut() {
            *y *= 2.0;
        }
    }
}

fn products<const IN: usize, const OUT: usize>() {
    let mut numbers = Numbers(7);
    let weight: Vec<[f32; IN]> = numbers.rows(OUT);
    let weight: &[[f32; IN]; OUT] = weight.as_slice().try_into().unwrap();
    let bias: [f32; OUT] = core::array::from_fn(|_| numbers.next());
    for batch in BATCHES {
        let x: Vec<[f32; IN]> = numbers.rows(batch);
        let dy: Vec<[f32; OUT]> = numbers.rows(batch);
        let start: Vec<[f32; IN]> = numbers.rows(OUT);
        let start: &[[f32; IN]; OUT] = start.as_slice().try_into().unwrap();
        let mut y: Vec<[f32; OUT]> = numbers.rows(batch);
        let mut dx: Vec<[f32; IN]> = numbers.rows(batch);
        let (mut dw, mut db) = (*start, bias);
        reference::affine(&x, weight, &bias, &mut y);
        reference::weight_gradient(&dy, &x, &mut dw);
        reference::bias_gradient(&dy, &mut db);
        reference::input_gradient(&dy, weight, &mut dx);

        forced::each(|level| {
            let name = |what: &str| format!("{what} {IN} to {OUT}, batch {batch}, {level:?}");
            let mut fast = Numbers(9).rows::<OUT>(batch);
            let seen = Doubled(AtomicUsize::new(0));
            super::affine(&x, weight, &bias, &mut fast, &seen);
            assert!(OUT == 0 || seen.0.into_inner() == batch, "{}", name("finish"));
            for y in fast.as_flattened_mut() {
                *y *= 0.5;
            }
            assert_close(&name("y"), IN, fast.as_flattened(), y.as_flattened());
            let mut single = Numbers(9).rows::<OUT>(batch);
            for (x, y) in x.chunks(1).zip(single.chunks_mut(1)) {
                super::affine(x, weight, &bias, y, NoEpilogue);
            }
            assert_eq!(fast, single, "{}", name("y of single rows"));

            let mut fast = *start;
            super::weight_gradient(&dy, &x, &mut fast);
            assert_close(&name("dw"), batch, fast.as_flattened(), dw.as_flattened());
            let mut single = *start;
            for (dy, x) in dy.chunks(1).zip(x.chunks(1)) {
                super::weight_gradient(dy, x, &mut single);
            }
            assert_eq!(fast, single, "{}", name("dw of single rows"));

            let mut fast = bias;
            super::bias_gradient(&dy, &mut fast);
            assert_eq!(fast, db, "{}", name("db"));

            let mut fast = Numbers(9).rows::<IN>(batch);
            super::input_gradient(&dy, weight, &mut fast);
            assert_close(&name("dx"), OUT, fast.as_flattened(), dx.as_flattened());
            let mut single = Numbers(9).rows::<IN>(batch);
            for (dy, dx) in dy.chunks(1).zip(single.chunks_mut(1)) {
                super::input_gradient(dy, weight, dx);
            }
            assert_eq!(fast, single, "{}", name("dx of single rows"));
        });
    }
}

#[test]
fn products_agree_with_their_formulas() {
    macro_rules! each {
        ($($in:literal => $($out:literal)*;)*) => { $($(products::<$in, $out>();)*)* };
    }
    each! {
        0 => 0 1 7;
        1 => 0 1 3 64;
        3 => 1 7 10 255;
        7 => 1 3 65;
        10 => 3 10 63;
        63 => 1 10 65;
        64 => 7 8 10 64;
        65 => 3 9 63;
        255 => 2 10 65;
        784 => 5 10 12;
        // beyond a panel of rows
        64 => 133;
        // beyond a part of the sum
        1300 => 3 5 10 13 33;
    }
}

/// The vectors of targets that the tests do not run on.
#[test]
fn products_agree_on_plain_vectors() {
    fn check<V: Vector>() {
        const ROWS: usize = 5;
        const DEPTH: usize = 1027;
        const COLUMNS: usize = 11;
        let mut numbers = Numbers(5);
        let (x, w) = (numbers.rows::<DEPTH>(ROWS), numbers.rows::<DEPTH>(COLUMNS));
        let weight: &[[f32; DEPTH]; COLUMNS] = w.as_slice().try_into().unwrap();
        let mut y = [[0.0; COLUMNS]; ROWS];
        let mut plain = y;
        reference::affine(&x, weight, &[0.5; COLUMNS], &mut plain);
        // SAFETY: the pointers come from arrays of just these dimensions, and the vectors are plain Rust.
        unsafe {
            Dots {
                rows: ROWS,
                depth: DEPTH,
                columns: COLUMNS,
                x: x.as_ptr().cast(),
                x_stride: DEPTH,
                w: w.as_ptr().cast(),
                w_stride: DEPTH,
                bias: [0.5; COLUMNS].as_ptr(),
                y: y.as_mut_ptr().cast(),
                y_stride: COLUMNS,
            }
            .run::<V>();
        }
        assert_close("y", DEPTH, y.as_flattened(), plain.as_flattened());
        let mut dx = [[0.0; DEPTH]; ROWS];
        let mut plain = dx;
        reference::input_gradient(&y, weight, &mut plain);
        // SAFETY: the pointers come from arrays of just these dimensions, and the vectors are plain Rust.
        unsafe {
            Combine {
                rows: ROWS,
                depth: COLUMNS,
                columns: DEPTH,
                a: y.as_ptr().cast(),
                a_stride: COLUMNS,
                a_step: 1,
                b: w.as_ptr().cast(),
                b_step: DEPTH,
                c: dx.as_mut_ptr().cast(),
                c_stride: DEPTH,
                add: false,
                fused: true,
            }
            .run::<V>();
        }
        assert_close("dx", DEPTH, dx.as_flattened(), plain.as_flattened());
    }
    check::<One>();
    check::<Four>();
}

/// Loads pairs from numbers that count up, and stores them again.
struct Pairs;

impl Task for Pairs {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let numbers: [f32; 32] = core::array::from_fn(|i| i as f32);
        let (mut lanes, mut again) = ([[0.0; 16]; 2], [0.0; 32]);
        // SAFETY: there are 32 numbers for at most twice 16 lanes, and the caller vouches for the vectors.
        unsafe {
            let pairs = V::load_pairs(numbers.as_ptr());
            for (pair, lanes) in pairs.iter().zip(&mut lanes) {
                pair.store(lanes.as_mut_ptr());
            }
            V::store_pairs(pairs, again.as_mut_ptr());
        }
        for (lane, (even, odd)) in lanes[0].into_iter().zip(lanes[1]).enumerate().take(V::LANES) {
            assert_eq!((even, odd), (2.0 * lane as f32, 2.0 * lane as f32 + 1.0));
        }
        assert_eq!(again[..2 * V::LANES], numbers[..2 * V::LANES]);
        assert!(again[2 * V::LANES..].iter().all(|number| *number == 0.0));
    }
}

#[test]
fn pairs_come_apart_and_together() {
    forced::each(|_| dispatch(Pairs));
    // SAFETY: these vectors are plain Rust.
    unsafe {
        Pairs.run::<One>();
        Pairs.run::<Four>();
    }
}

#[test]
fn the_shorter_slice_counts() {
    let mut y = [[7.0; 2]; 3];
    super::affine(&[[1.0; 600]; 2], &[[1.0; 600]; 2], &[0.5; 2], &mut y, NoEpilogue);
    assert_eq!(y, [[600.5; 2], [600.5; 2], [7.0; 2]]);
    let mut y = [[7.0; 2]; 1];
    super::affine(&[[1.0; 3]; 2], &[[1.0; 3]; 2], &[0.5; 2], &mut y, NoEpilogue);
    assert_eq!(y, [[3.5; 2]]);
    let mut dw = [[0.0; 2]; 1];
    super::weight_gradient(&[[1.0]; 3], &[[1.0; 2]; 2], &mut dw);
    assert_eq!(dw, [[2.0; 2]]);
    let mut dx = [[7.0; 2]; 2];
    super::input_gradient(&[[1.0]; 1], &[[1.0; 2]], &mut dx);
    assert_eq!(dx, [[1.0; 2], [7.0; 2]]);
    let mut values = [1.0; 3];
    super::zip(&mut values, &[1.0; 2], |a, b| a + b);
    assert_eq!(values, [2.0, 2.0, 1.0]);
}

#[test]
fn a_matrix_times_the_identity_is_itself() {
    let mut identity = [[0.0; 65]; 65];
    for (i, row) in identity.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    let x = Numbers(3).rows::<65>(33);
    forced::each(|_| {
        let mut y = Numbers(4).rows::<65>(33);
        super::affine(&x, &identity, &[0.0; 65], &mut y, NoEpilogue);
        assert_eq!(x, y);
        let mut dx = Numbers(4).rows::<65>(33);
        super::input_gradient(&x, &identity, &mut dx);
        assert_eq!(x, dx);
    });
}

#[test]
fn a_nan_stays_in_its_row() {
    let mut x = [[1.0; 100]; 7];
    x[3][99] = f32::NAN;
    let mut y = [[0.0; 10]; 7];
    super::affine(&x, &[[1.0; 100]; 10], &[0.0; 10], &mut y, NoEpilogue);
    for (n, y) in y.iter().enumerate() {
        assert_eq!(y.iter().all(|y| y.is_nan()), n == 3);
        assert_eq!(y.iter().any(|y| y.is_nan()), n == 3);
    }
}

#[test]
fn elementwise_kernels_give_the_same_bits_on_every_level() {
    for length in [0, 1, 3, 7, 10, 63, 64, 65, 255, 10_000] {
        let mut numbers = Numbers(11);
        let mut column = || -> Vec<f32> { (0..length).map(|_| numbers.next() * 20.0).collect() };
        let (a, b, c, d) = (column(), column(), column(), column());
        let plain: Vec<f32> = a.iter().map(|&x| math::tanh(x)).collect();
        let sum = super::sum_of_squares(&a);
        let exact: f64 = a.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        assert!((f64::from(sum) - exact).abs() <= exact * 1e-6);
        forced::each(|level| {
            let mut values = a.clone();
            super::map(&mut values, math::tanh);
            assert_eq!(values, plain, "{level:?}");
            let mut values = a.clone();
            super::zip(&mut values, &b, |a, b| a * b + 1.0);
            assert!((0..length).all(|i| values[i] == a[i] * b[i] + 1.0));
            let mut values = a.clone();
            super::zip3(&mut values, &b, &c, |a, b, c| a * b + c);
            assert!((0..length).all(|i| values[i] == a[i] * b[i] + c[i]));
            assert_eq!(super::sum_of_squares(&a).to_bits(), sum.to_bits());

            let (mut p, mut g, mut m, mut v) = (a.clone(), b.clone(), c.clone(), d.clone());
            super::update2(&mut p, &mut g, &mut m, &mut v, |p, g, m, v| {
                *m += 0.1 * (*g - *m);
                *v += 0.1 * (*g * *g - *v);
                *p -= *m;
                *g = 0.0;
            });
            for i in 0..length {
                let first = c[i] + 0.1 * (b[i] - c[i]);
                assert_eq!((p[i], g[i], m[i]), (a[i] - first, 0.0, first));
                assert_eq!(v[i], d[i] + 0.1 * (b[i] * b[i] - d[i]));
            }
            let (mut p, mut g, mut m) = (a.clone(), b.clone(), c.clone());
            super::update0(&mut p, &mut g, |p, g| *p -= *g);
            super::update1(&mut p, &mut g, &mut m, |p, g, m| *m = *p + *g);
            assert!((0..length).all(|i| m[i] == p[i] + b[i] && p[i] == a[i] - b[i]));
        });
    }
}

/// `x · weightᵀ` by another hand.
fn other_product<const IN: usize, const OUT: usize>(x: &[[f32; IN]], weight: &[[f32; IN]; OUT]) -> Vec<[f32; OUT]> {
    let mut y = std::vec![[0.0; OUT]; x.len()];
    let (m, k, n) = (x.len(), IN, OUT);
    // SAFETY: the pointers and strides are those of the arrays, and `y` overlaps neither of the others.
    unsafe {
        matrixmultiply::sgemm(
            m,
            k,
            n,
            1.0,
            x.as_ptr().cast(),
            IN as isize,
            1,
            weight.as_ptr().cast(),
            1,
            IN as isize,
            0.0,
            y.as_mut_ptr().cast(),
            OUT as isize,
            1,
        );
    }
    y
}

#[test]
fn products_agree_with_those_of_matrixmultiply() {
    fn check<const IN: usize, const OUT: usize>() {
        let mut numbers = Numbers(3);
        let (x, weight) = (numbers.rows::<IN>(33), numbers.rows::<IN>(OUT));
        let weight: &[[f32; IN]; OUT] = weight.as_slice().try_into().unwrap();
        let other = other_product(&x, weight);
        forced::each(|level| {
            let mut y = Numbers(4).rows::<OUT>(33);
            super::affine(&x, weight, &[0.0; OUT], &mut y, NoEpilogue);
            assert_close(&format!("{IN} to {OUT}, {level:?}"), IN, y.as_flattened(), other.as_flattened());
        });
    }
    check::<784, 10>();
    check::<64, 65>();
    check::<255, 128>();
}
