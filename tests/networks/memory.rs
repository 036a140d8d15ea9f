//! Training takes memory for the parameters, their gradient and the state of the optimizer, for the batch, and for little else.

#![cfg(feature = "std")]
#![allow(unsafe_code)] // an allocator that counts

use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::alloc::System;

use congruent::prelude::*;

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

network! {
    struct Middling: [784] -> [10] {
        hidden: Dense<784, 512, Relu>,
        second: Dense<512, 512, Relu>,
        output: Dense<512, 10, Softmax>,
    }
}

const BATCH: usize = 128;

#[test]
fn training_takes_little_more_than_its_parameters_and_its_batch() {
    let targets: Vec<usize> = (0..BATCH).map(|n| n % 10).collect();
    let inputs: Vec<[f32; 784]> = targets.iter().map(|class| [*class as f32 / 10.0; 784]).collect();
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);

    let mut network = Middling::seeded(1);
    let mut workspace = Workspace::<Middling, Adam, BATCH>::boxed();
    let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.001));
    for _ in 0..3 {
        trainer.step(&mut *network, &mut workspace, &inputs, &targets).unwrap();
    }

    let peak = PEAK.load(Relaxed) - before;
    let state = 2; // Adam's numbers for each parameter
    let parameters = Middling::PARAMETER_BYTES * (2 + state);
    // what flows between the layers, forward and backward, for each sample
    let batch = 2 * 4 * (512 + 512 + 10) * BATCH;
    println!("peak {peak} bytes, {parameters} for the parameters, {batch} for the batch");
    assert!(peak as f64 <= 1.2 * (parameters + batch) as f64);
}
