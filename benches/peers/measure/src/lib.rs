//! The same clock for every crate: `workload <tab> median <tab> fastest`, in microseconds, a line for each workload.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Runs `work` for a while and prints how long one call takes.
///
/// Only workloads that contain the first argument of the program, if there is one, are run.
pub fn measure(workload: &str, mut work: impl FnMut()) {
    if std::env::args().nth(1).is_some_and(|filter| !workload.contains(&filter)) {
        return;
    }
    let (start, mut calls) = (Instant::now(), 0u32);
    while start.elapsed() < Duration::from_millis(100) || calls < 3 {
        work();
        calls += 1;
    }
    // a sample takes some 2 ms, and one call at least
    let each = (calls / 50).max(1);
    let mut samples: Vec<f64> = (0..101)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..each {
                work();
            }
            start.elapsed().as_secs_f64() * 1e6 / f64::from(each)
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    println!("{workload}\t{:.4}\t{:.4}", samples[samples.len() / 2], samples[0]);
}

/// The same numbers from -1 to 1 for every crate.
pub struct Numbers(u32);

impl Numbers {
    pub fn new() -> Self {
        Numbers(1)
    }

    pub fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        (self.0 >> 8) as f32 / (1u32 << 23) as f32 - 1.0
    }

    pub fn take(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.next()).collect()
    }
}

impl Default for Numbers {
    fn default() -> Self {
        Self::new()
    }
}

/// The class of each sample of a batch.
pub fn classes(batch: usize) -> Vec<usize> {
    (0..batch).map(|n| n % 10).collect()
}

/// Keeps a value from being optimised away.
pub fn keep<T>(value: T) {
    black_box(value);
}
