//! How much of what a core can do the products of a large training step make, and where the rest goes: `cargo bench -p congruent-benches --bench roof`.
//!
//! The roof is the number of multiply-adds that a core makes when it has nothing else to do. It is measured again beside every sample,
//! since the clock changes with what the other cores do. Cycles are reckoned from it: a processor with two units for multiply-adds makes
//! two of them, of a vector each, in a cycle. Pin the program to one core: `taskset -c 1 cargo bench -p congruent-benches --bench roof`.

#![cfg_attr(not(target_arch = "x86_64"), allow(unused_unsafe, unreachable_code))]

use core::hint::black_box;
use std::time::Instant;

use congruent::__private::kernel::{self, NoEpilogue};
use congruent::optimizer::Step;
use congruent::{Adam, Optimizer};
use congruent::{Boxed, Parameters};

/// Multiply-adds of whole vectors in one run of [`Roof::run`], in some 5 microseconds.
const ROOF_VECTORS: usize = 24 * 2000;

/// The widest vectors with multiply-adds that the processor has.
#[derive(Clone, Copy)]
enum Roof {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

#[cfg(target_arch = "x86_64")]
mod multiply_adds {
    use super::{ROOF_VECTORS, black_box};
    use core::arch::x86_64::*;

    /// 24 sums, enough for two units to be always busy.
    #[target_feature(enable = "avx512f")]
    pub fn avx512() {
        let (factor, addend) = (_mm512_set1_ps(black_box(0.999)), _mm512_set1_ps(black_box(0.001)));
        let mut sums = [_mm512_set1_ps(1.0); 24];
        for _ in 0..ROOF_VECTORS / 24 {
            for sum in &mut sums {
                *sum = _mm512_fmadd_ps(*sum, factor, addend);
            }
        }
        black_box(sums);
    }

    /// 12 sums, as there are fewer registers.
    #[target_feature(enable = "avx2,fma")]
    pub fn avx2() {
        let (factor, addend) = (_mm256_set1_ps(black_box(0.999)), _mm256_set1_ps(black_box(0.001)));
        let mut sums = [_mm256_set1_ps(1.0); 12];
        for _ in 0..ROOF_VECTORS / 12 {
            for sum in &mut sums {
                *sum = _mm256_fmadd_ps(*sum, factor, addend);
            }
        }
        black_box(sums);
    }
}

impl Roof {
    #[cfg(target_arch = "x86_64")]
    fn of_this_processor() -> Option<Self> {
        if is_x86_feature_detected!("avx512f") {
            return Some(Roof::Avx512);
        }
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Roof::Avx2)
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn of_this_processor() -> Option<Self> {
        None
    }

    /// Multiply-adds in a vector.
    fn lanes(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Roof::Avx512 => 16,
            #[cfg(target_arch = "x86_64")]
            Roof::Avx2 => 8,
        }
    }

    /// Seconds that one multiply-add takes at best.
    fn multiply_add(self) -> f64 {
        let start = Instant::now();
        #[expect(unsafe_code, reason = "intrinsics of the processor")]
        // SAFETY: the processor has the features, or there were no such value.
        unsafe {
            match self {
                #[cfg(target_arch = "x86_64")]
                Roof::Avx512 => multiply_adds::avx512(),
                #[cfg(target_arch = "x86_64")]
                Roof::Avx2 => multiply_adds::avx2(),
            }
        }
        start.elapsed().as_secs_f64() / (ROOF_VECTORS * self.lanes()) as f64
    }
}

/// Medians of many samples.
#[derive(Clone, Copy)]
struct Time {
    /// Seconds that a call takes.
    call: f64,
    /// As many multiply-adds of the roof are made in a call.
    multiply_adds: f64,
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Times `work`, each sample beside one of the roof.
fn time(roof: Roof, mut work: impl FnMut()) -> Time {
    let (start, mut calls) = (Instant::now(), 0u32);
    while start.elapsed().as_millis() < 20 || calls < 3 {
        work();
        calls += 1;
    }
    let each = (calls / 40).max(1);
    let (times, counts) = (0..201)
        .map(|_| {
            let multiply_add = roof.multiply_add();
            let start = Instant::now();
            (0..each).for_each(|_| work());
            let call = start.elapsed().as_secs_f64() / f64::from(each);
            (call, call / multiply_add)
        })
        .unzip();
    Time { call: median(times), multiply_adds: median(counts) }
}

/// Numbers between -1 and 1, from the beginning of a line of the cache on.
fn numbers<T: Parameters>() -> Boxed<T> {
    let mut state = 1u32;
    let mut values = Boxed::<T>::zeroed();
    values.as_flat_mut().fill_with(|| {
        state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        (state >> 8) as f32 / (1u32 << 23) as f32 - 1.0
    });
    values
}

fn show(what: &str, multiply_adds: usize, time: Time) {
    let share = multiply_adds as f64 / time.multiply_adds;
    let rate = 2e-9 * multiply_adds as f64 / time.call;
    println!(
        "{what:44} {:9.2} µs {rate:7.1} GFLOP/s {:6.1} % of the roof, {:6.2} µs above it",
        1e6 * time.call,
        100.0 * share,
        1e6 * time.call * (1.0 - share)
    );
}

fn forward<const IN: usize, const OUT: usize, const B: usize>(roof: Roof) -> Time {
    let (x, weight, bias) = (numbers::<[[f32; IN]; B]>(), numbers::<[[f32; IN]; OUT]>(), numbers::<[f32; OUT]>());
    let mut y = numbers::<[[f32; OUT]; B]>();
    time(roof, || kernel::affine(black_box(&*x), &weight, &bias, black_box(&mut *y), NoEpilogue))
}

fn weight_gradient<const IN: usize, const OUT: usize, const B: usize>(roof: Roof) -> Time {
    let (x, dy) = (numbers::<[[f32; IN]; B]>(), numbers::<[[f32; OUT]; B]>());
    let mut dw = numbers::<[[f32; IN]; OUT]>();
    time(roof, || kernel::weight_gradient(black_box(&*dy), &*x, black_box(&mut dw)))
}

fn input_gradient<const IN: usize, const OUT: usize, const B: usize>(roof: Roof) -> Time {
    let (weight, dy) = (numbers::<[[f32; IN]; OUT]>(), numbers::<[[f32; OUT]; B]>());
    let mut dx = numbers::<[[f32; IN]; B]>();
    time(roof, || kernel::input_gradient(black_box(&*dy), &weight, black_box(&mut *dx)))
}

/// What a tile of the forward product takes in the nearest cache, of six rows by four columns for AVX-512 and three by four for AVX2: its
/// loop and what comes after it. (Twelve rows less six, so that the call is not counted; two depths, to tell the two apart.)
fn tile(roof: Roof) {
    const SHORT: usize = 128;
    const LONG: usize = 384;
    let tile_rows = if roof.lanes() == 16 { 6 } else { 3 };
    let tiles = f64::from(6 / tile_rows * 2);
    let short = forward::<SHORT, 8, 12>(roof).multiply_adds - forward::<SHORT, 8, 6>(roof).multiply_adds;
    let long = forward::<LONG, 8, 12>(roof).multiply_adds - forward::<LONG, 8, 6>(roof).multiply_adds;
    // two units, so that a cycle has two multiply-adds of vectors
    let cycles = |multiply_adds: f64| multiply_adds / (2 * roof.lanes()) as f64 / tiles;
    let steps = ((LONG - SHORT) / roof.lanes()) as f64;
    let step = cycles(long - short) / steps;
    let rest = cycles(short) - step * (SHORT / roof.lanes()) as f64;
    println!(
        "a tile of {tile_rows} rows by 4 columns: {step:.1} cycles for {} multiply-adds of vectors, {rest:.0} to add up their lanes",
        4 * tile_rows
    );
}

/// An update reads and writes four arrays.
fn update<const N: usize>(roof: Roof) {
    let [mut w, mut g, mut m, mut v] = [(); 4].map(|()| numbers::<[f32; N]>());
    v.iter_mut().for_each(|v| *v = v.abs());
    let step = Step::new(10, 1e-9);
    // averages over so long a time that they do not vanish, for an update sets the gradient to zero
    let adam = Adam::new(1e-9).betas(0.999_999, 0.999_999);
    let time = time(roof, || adam.update(&step, &mut *w, black_box(&mut *g), &mut *m, &mut *v));
    let bytes = (4 * 2 * size_of::<f32>() * N) as f64;
    println!(
        "Adam, {N:7} parameters {:30.2} µs {:7.1} GB/s read and written",
        1e6 * time.call,
        1e-9 * bytes / time.call
    );
}

fn main() {
    let Some(roof) = Roof::of_this_processor() else {
        println!("not measured: this program knows the multiply-adds of x86-64 processors alone");
        return;
    };
    let best = median((0..201).map(|_| roof.multiply_add()).collect());
    println!("the roof: {:.1} GFLOP/s in vectors of {}", 2e-9 / best, roof.lanes());
    tile(roof);
    println!();
    show("forward 784-512, batch 128", 784 * 512 * 128, forward::<784, 512, 128>(roof));
    show("forward 512-512, batch 128", 512 * 512 * 128, forward::<512, 512, 128>(roof));
    show("weight gradient 784-512, batch 128", 784 * 512 * 128, weight_gradient::<784, 512, 128>(roof));
    show("weight gradient 512-512, batch 128", 512 * 512 * 128, weight_gradient::<512, 512, 128>(roof));
    show("input gradient 512-512, batch 128", 512 * 512 * 128, input_gradient::<512, 512, 128>(roof));
    update::<669_712>(roof);
    println!();
    show("forward 784-128, batch 256", 784 * 128 * 256, forward::<784, 128, 256>(roof));
    show("forward 784-10, batch 256", 784 * 10 * 256, forward::<784, 10, 256>(roof));
    show("forward 784-128, batch 32", 784 * 128 * 32, forward::<784, 128, 32>(roof));
    show("weight gradient 784-128, batch 32", 784 * 128 * 32, weight_gradient::<784, 128, 32>(roof));
    update::<101_776>(roof);
}
