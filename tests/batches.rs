//! What a training step refuses, and that it then changes nothing; batches in parts; memory.

#![cfg(feature = "std")]
#![allow(missing_docs, unsafe_code)]

use core::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::alloc::{GlobalAlloc, Layout, System};

use congruent::prelude::*;
use congruent::{Parameters, TargetError};

network! { struct Net(Dense<3, 8, Gelu>, LayerNorm, Dropout<0.0>, Dense<_, 4, Softmax>); }

struct Counting;

std::thread_local! {
    static ALLOCATIONS: AtomicUsize = const { AtomicUsize::new(0) };
}

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.fetch_add(1, SeqCst));
        // SAFETY: as the caller vouches.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as the caller vouches.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations() -> usize {
    ALLOCATIONS.with(|count| count.load(SeqCst))
}

fn samples(count: usize) -> (Vec<[f32; 3]>, Vec<usize>) {
    let input = |i: usize| [i as f32 * 0.1, 1.0 - i as f32 * 0.05, (i % 3) as f32];
    ((0..count).map(input).collect(), (0..count).map(|i| i % 4).collect())
}

fn trainer() -> Trainer<CrossEntropy, Adam> {
    Trainer::new(CrossEntropy::new(), Adam::new(0.01))
}

#[test]
fn a_step_refuses_what_it_cannot_learn_from_and_changes_nothing() {
    let mut network = Net::seeded(1);
    let mut workspace = Workspace::<Net, Adam, 4>::boxed();
    let (inputs, targets) = samples(5);
    let (first, second) = (inputs[..2].to_vec(), targets[..2].to_vec());
    trainer().accumulate(&*network, &mut workspace, &first, &second).unwrap();
    let before = (network.as_flat().to_vec(), workspace.gradient().as_flat().to_vec());

    let mut refuse = |inputs: &[[f32; 3]], targets: &[usize]| {
        let error = trainer().step(&mut *network, &mut workspace, inputs, targets).unwrap_err();
        assert_eq!(before, (network.as_flat().to_vec(), workspace.gradient().as_flat().to_vec()));
        error
    };
    assert_eq!(refuse(&[], &[]), BatchError::Empty);
    assert_eq!(refuse(&inputs, &targets), BatchError::Capacity { samples: 5, capacity: 4 });
    assert_eq!(refuse(&inputs[..3], &targets[..2]), BatchError::Lengths { inputs: 3, targets: 2 });
    let error = TargetError::Class { class: 4, classes: 4 };
    assert_eq!(refuse(&inputs[..3], &[0, 4, 1]), BatchError::Target { sample: 1, error });
    let text = refuse(&inputs[..3], &[0, 4, 1]).to_string();
    assert_eq!(text, "sample 1 of the batch: class 4 in a network of 4 outputs, where classes count from 0 to 3");
}

#[test]
fn a_distribution_with_a_number_that_is_no_probability_is_refused() {
    let mut network = Net::seeded(1);
    let mut workspace = Workspace::<Net, Adam, 4>::boxed();
    for wrong in [-0.1, f32::NAN, f32::INFINITY] {
        let target = [0.5, wrong, 0.25, 0.25];
        let error = trainer().step(&mut *network, &mut workspace, &[[0.0; 3]], &[target]).unwrap_err();
        assert!(
            matches!(error, BatchError::Target { sample: 0, error: TargetError::Value { position: 1, .. } }),
            "{error}"
        );
    }
}

#[test]
fn small_batches_accumulated_are_one_large_batch() {
    let (inputs, targets) = samples(12);
    let mut whole = Net::seeded(3);
    let mut workspace = Workspace::<Net, Adam, 12>::boxed();
    let mut parts = Net::seeded(3);
    let mut small = Workspace::<Net, Adam, 5>::boxed();
    for _ in 0..5 {
        trainer().step(&mut *whole, &mut workspace, &inputs, &targets).unwrap();
        for (inputs, targets) in inputs.chunks(5).zip(targets.chunks(5)) {
            trainer().accumulate(&*parts, &mut small, inputs, targets).unwrap();
        }
        trainer().apply(&mut *parts, &mut small);
    }
    assert_eq!(small.steps(), 5);
    for (a, b) in whole.as_flat().iter().zip(parts.as_flat()) {
        assert!((a - b).abs() < 1e-4, "{a} and {b}");
    }
    assert!(small.gradient().as_flat().iter().all(|g| *g == 0.0));
}

#[test]
fn a_workspace_that_is_reset_is_as_new() {
    let (inputs, targets) = samples(4);
    let run = |network: &mut Net, workspace: &mut Workspace<Net, Adam, 4>| {
        for _ in 0..3 {
            trainer().step(network, workspace, &inputs, &targets).unwrap();
        }
        network.as_flat().to_vec()
    };
    let mut workspace = Workspace::boxed();
    let first = run(&mut Net::seeded(1), &mut workspace);
    workspace.reset();
    assert_eq!(first, run(&mut Net::seeded(1), &mut workspace));
}

#[test]
fn neither_a_step_nor_inference_allocates() {
    let (inputs, targets) = samples(4);
    let mut network = Net::seeded(1);
    let mut workspace = Workspace::<Net, Adam, 4>::boxed();
    let trainer = trainer().clip_norm(1.0).schedule(Schedule::cosine(100));
    trainer.step(&mut *network, &mut workspace, &inputs, &targets).unwrap(); // the processor is asked what it can do
    let before = allocations();
    for _ in 0..10 {
        trainer.step(&mut *network, &mut workspace, &inputs, &targets).unwrap();
        std::hint::black_box(network.forward(&inputs[0]));
    }
    assert_eq!(allocations(), before);
}
