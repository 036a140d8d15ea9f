//! The convolution kernels against their formulas, on every level this processor has, over geometries that leave remainders of every kind.

use super::{Geometry, reference};
use crate::kernel::dispatch::forced;
use std::{vec, vec::Vec};

/// Whole numbers and numbers in -1..1 from a multiplicative generator.
struct Numbers(u32);

impl Numbers {
    fn bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        self.0 >> 8
    }

    fn among(&mut self, choices: &[usize]) -> usize {
        choices[self.bits() as usize % choices.len()]
    }

    fn floats(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.bits() as f32 / (1u32 << 23) as f32 - 1.0).collect()
    }

    fn geometry(&mut self) -> Geometry {
        loop {
            let mut side = || {
                let size = self.among(&[1, 2, 5, 7, 11, 16, 17, 26, 35, 70]);
                let kernel = self.among(&[1, 2, 3, 3, 5]);
                let stride = self.among(&[1, 1, 2, 3]);
                let dilation = self.among(&[1, 1, 2, 3]);
                let reach = (kernel - 1) * dilation;
                let [before, after] = [0, 1].map(|_| self.among(&[0, 0, 1, 2]).min(reach));
                let padded = size + before + after;
                (padded > reach).then(|| [size, (padded - reach - 1) / stride + 1, kernel, stride, before, dilation])
            };
            let (Some(v), Some(h)) = (side(), side()) else { continue };
            let groups = self.among(&[1, 1, 2, 3]);
            let (channels, filters) = (self.among(&[1, 1, 2, 3, 8]), self.among(&[1, 1, 2, 5, 8, 13]));
            return Geometry {
                channels: channels * groups,
                filters: filters * groups,
                groups,
                input: [v[0], h[0]],
                output: [v[1], h[1]],
                kernel: [v[2], h[2]],
                stride: [v[3], h[3]],
                padding: [v[4], h[4]],
                dilation: [v[5], h[5]],
            };
        }
    }
}

/// The tables of the taps of a geometry whose window is known at run time only, forward and back.
fn taps(g: &Geometry) -> [Vec<u32>; 2] {
    macro_rules! tables {
        ($($height:literal, $width:literal;)*) => {
            match g.kernel {
                $([$height, $width] => [
                    g.offsets::<$height, $width>().as_flattened().to_vec(),
                    g.back_offsets::<$height, $width>().as_flattened().to_vec(),
                ],)*
                other => panic!("no table for {other:?}"),
            }
        };
    }
    tables! {
        1, 1; 1, 2; 1, 3; 1, 5;
        2, 1; 2, 2; 2, 3; 2, 5;
        3, 1; 3, 2; 3, 3; 3, 5;
        5, 1; 5, 2; 5, 3; 5, 5;
    }
}

#[track_caller]
fn assert_close(what: &str, g: &Geometry, terms: usize, fast: &[f32], plain: &[f32]) {
    let bound = 2e-7 * (terms as f32 + 4.0);
    for (i, (fast, plain)) in fast.iter().zip(plain).enumerate() {
        assert!((fast - plain).abs() <= bound, "{what}[{i}]: {fast} and {plain} in {g:?}");
    }
}

fn check(g: &Geometry, numbers: &mut Numbers) {
    let samples = numbers.among(&[1, 2, 5]);
    let (x_size, y_size) = (g.channels * g.input[0] * g.input[1], g.filters * g.out_plane());
    let [taps, back_taps] = taps(g);
    let (x, dy) = (numbers.floats(samples * x_size), numbers.floats(samples * y_size));
    let weight = numbers.floats(g.filters * g.depth() * g.taps());
    let biases = numbers.among(&[0, g.filters]);
    let bias = numbers.floats(biases);
    let dirt = |count: usize| vec![f32::NAN; count];

    let (mut y, mut dx, mut dw) = (dirt(samples * y_size), dirt(samples * x_size), weight.clone());
    let mut db = bias.clone();
    for n in 0..samples {
        let (x, dy) = (&x[n * x_size..(n + 1) * x_size], &dy[n * y_size..(n + 1) * y_size]);
        reference::forward(g, x, &weight, &bias, &mut y[n * y_size..(n + 1) * y_size]);
        reference::weight_gradient(g, dy, x, &mut dw);
        reference::input_gradient(g, dy, &weight, &mut dx[n * x_size..(n + 1) * x_size]);
        for (dy, db) in dy.chunks(g.out_plane()).zip(&mut db) {
            *db += dy.iter().sum::<f32>();
        }
    }
    forced::each(|_| {
        let (mut buffer, mut back_buffer) = (dirt(g.buffer()), dirt(g.back_buffer()));
        let mut fast = dirt(y.len());
        super::forward(g, &taps, &x, &weight, &bias, &mut fast, &mut buffer);
        assert_close("y", g, g.depth() * g.taps(), &fast, &y);
        let mut single = dirt(y_size);
        super::forward(g, &taps, &x[x.len() - x_size..], &weight, &bias, &mut single, &mut buffer);
        assert_eq!(single, fast[fast.len() - y_size..], "a sample's bits depend on the batch: {g:?}");

        let mut fast = weight.clone();
        buffer.fill(f32::NAN);
        super::weight_gradient(g, &taps, &dy, &x, &mut fast, &mut buffer);
        assert_close("dw", g, samples * g.out_plane(), &fast, &dw);
        let mut fast = bias.clone();
        super::bias_gradient(g.out_plane(), &dy, &mut fast);
        assert_close("db", g, samples * g.out_plane(), &fast, &db);

        let mut fast = dirt(dx.len());
        super::input_gradient(g, &back_taps, &dy, &weight, &[], &mut fast, &mut back_buffer);
        assert_close("dx", g, g.filters_in_group() * g.taps(), &fast, &dx);
        let start = vec![0.5; g.channels];
        super::input_gradient(g, &back_taps, &dy, &weight, &start, &mut fast, &mut back_buffer);
        fast.iter_mut().for_each(|dx| *dx -= 0.5);
        assert_close("dx", g, g.filters_in_group() * g.taps() + 4, &fast, &dx);
    });
}

#[test]
fn convolutions_agree_with_their_formulas() {
    let mut numbers = Numbers(1);
    for _ in 0..400 {
        let geometry = numbers.geometry();
        check(&geometry, &mut numbers);
    }
}

/// So large that input and products are worked through in parts.
#[test]
fn large_convolutions_agree_with_their_formulas() {
    let side = |size: usize| Geometry {
        channels: 20,
        filters: 9,
        groups: 1,
        input: [size, size],
        output: [size, size],
        kernel: [3, 3],
        stride: [1, 1],
        padding: [1, 1],
        dilation: [1, 1],
    };
    let mut numbers = Numbers(2);
    for size in [33, 150] {
        check(&side(size), &mut numbers);
    }
}

/// Planes smaller than a vector, with so many channels that not all of them are laid out at a time; depthwise ones; planes that are laid out
/// in parts; more samples than are laid out at a time.
#[test]
fn small_planes_agree_with_their_formulas() {
    let mut numbers = Numbers(3);
    for size in [3, 6, 7, 8, 12, 14, 48] {
        for (channels, filters, groups) in [(64, 9, 1), (48, 6, 2), (5, 5, 5), (6, 12, 6)] {
            for (kernel, stride) in [(3, 1), (3, 2), (1, 2), (5, 3)] {
                if size == 48 && channels > 6 {
                    continue;
                }
                let g = Geometry {
                    channels,
                    filters,
                    groups,
                    input: [size, size],
                    output: [(size - 1) / stride + 1; 2],
                    kernel: [kernel, kernel],
                    stride: [stride, stride],
                    padding: [kernel / 2, kernel / 2],
                    dilation: [1, 1],
                };
                check(&g, &mut numbers);
            }
        }
    }
    for (size, stride) in [(65, 1), (130, 2), (100, 3)] {
        let g = Geometry {
            channels: 2,
            filters: 6,
            groups: 1,
            input: [size, size],
            output: [(size - 1) / stride + 1; 2],
            kernel: [3, 3],
            stride: [stride, stride],
            padding: [1, 1],
            dilation: [1, 1],
        };
        check(&g, &mut numbers);
    }
}

#[test]
fn a_nan_stays_under_its_windows() {
    let g = Geometry {
        channels: 1,
        filters: 2,
        groups: 1,
        input: [5, 20],
        output: [5, 20],
        kernel: [3, 3],
        stride: [1, 1],
        padding: [1, 1],
        dilation: [1, 1],
    };
    let mut x = vec![1.0; 100];
    x[2 * 20 + 19] = f32::NAN;
    forced::each(|_| {
        let (mut y, mut buffer) = (vec![0.0; 200], vec![0.0; g.buffer()]);
        super::forward(&g, &taps(&g)[0], &x, &[1.0; 18], &[], &mut y, &mut buffer);
        for (i, y) in y.iter().enumerate() {
            let (row, column) = (i / 20 % 5, i % 20);
            assert_eq!(y.is_nan(), (1..=3).contains(&row) && column >= 18, "at {row}, {column}");
        }
    });
}

#[test]
fn slices_too_short_change_nothing() {
    let g = Numbers(5).geometry();
    let mut y = [7.0; 3];
    super::forward(&g, &[], &[1.0; 3], &[1.0; 2], &[], &mut y, &mut []);
    super::input_gradient(&g, &[], &[1.0; 3], &[1.0; 2], &[], &mut y, &mut []);
    super::weight_gradient(&g, &[], &[1.0; 3], &[1.0; 2], &mut y, &mut []);
    assert_eq!(y, [7.0; 3]);
}
