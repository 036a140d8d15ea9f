//! What a training step refuses, and that it then changes nothing; batches in parts; memory.

#![cfg(feature = "std")]

use congruent::prelude::*;
use congruent::{Parameters, TargetError};

use crate::memory_use::allocations;

network! { struct Net(Dense<3, 8, Gelu>, LayerNorm, Dropout<0.0>, Dense<_, 4, Softmax>); }

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
        let before = (network.as_flat().to_vec(), workspace.gradient().as_flat().to_vec());
        let error = trainer().step(&mut *network, &mut workspace, &[[0.0; 3]], &[target]).unwrap_err();
        assert_eq!(before, (network.as_flat().to_vec(), workspace.gradient().as_flat().to_vec()));
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
        trainer().apply(&mut *parts, &mut small).unwrap();
    }
    assert_eq!(small.steps(), 5);
    for (a, b) in whole.as_flat().iter().zip(parts.as_flat()) {
        assert!((a - b).abs() < 1e-4, "{a} and {b}");
    }
    assert!(small.gradient().as_flat().iter().all(|g| *g == 0.0));
}

#[test]
fn gradients_accumulated_are_the_gradient_of_one_large_batch() {
    let (inputs, targets) = samples(12);
    let network = Net::seeded(3);
    let mut workspace = Workspace::<Net, Adam, 12>::boxed();
    trainer().accumulate(&*network, &mut workspace, &inputs, &targets).unwrap();
    let mut small = Workspace::<Net, Adam, 5>::boxed();
    for (inputs, targets) in inputs.chunks(5).zip(targets.chunks(5)) {
        trainer().accumulate(&*network, &mut small, inputs, targets).unwrap();
    }
    let (whole, parts) = (workspace.gradient().as_flat(), small.gradient().as_flat());
    let largest = whole.iter().fold(0.0, |largest: f32, g| largest.max(g.abs()));
    for (a, b) in whole.iter().zip(parts) {
        assert!((a - b).abs() <= 1e-6 * largest, "{a} and {b}, of up to {largest}");
    }
}

#[test]
fn a_smaller_batch_leaves_nothing_of_the_larger_one_before() {
    let (inputs, targets) = samples(4);
    let mut network = Net::seeded(3);
    let mut used = Workspace::<Net, Adam, 4>::boxed();
    trainer().step(&mut *network, &mut used, &inputs, &targets).unwrap();
    let used_loss = trainer().accumulate(&*network, &mut used, &inputs[..1], &targets[..1]).unwrap();
    let mut new = Workspace::<Net, Adam, 4>::boxed();
    let new_loss = trainer().accumulate(&*network, &mut new, &inputs[..1], &targets[..1]).unwrap();
    assert_eq!(used_loss, new_loss);
    assert_eq!(used.gradient().as_flat(), new.gradient().as_flat());
}

#[test]
fn an_evaluation_between_keeps_what_is_accumulated() {
    let (inputs, targets) = samples(4);
    let network = Net::seeded(3);
    let mut workspace = Workspace::<Net, Adam, 4>::boxed();
    let trained = trainer().accumulate(&*network, &mut workspace, &inputs, &targets).unwrap();
    let before = workspace.gradient().as_flat().to_vec();
    let mut scratch = congruent::plain::zeroed();
    let evaluated = trainer().evaluate(&*network, &mut workspace, &mut scratch, &inputs, &targets).unwrap();
    assert_eq!(workspace.gradient().as_flat(), before);
    assert!((trained - evaluated).abs() < 1e-6, "nothing is dropped here, so the losses are the same");
    let error = trainer().evaluate(&*network, &mut workspace, &mut scratch, &inputs, &targets[..3]).unwrap_err();
    assert_eq!(error, BatchError::Lengths { inputs: 4, targets: 3 });
    assert_eq!(workspace.gradient().as_flat(), before);
}

#[test]
fn the_layer_is_named_where_numbers_stop_being_finite() {
    network! { struct Inner(Dense<3, 5, Tanh>, Dense<5, 3, Gelu>); }
    network! { struct Outer: [3] -> [4] { body: Inner, norm: LayerNorm, output: Dense<_, 4, Softmax> } }

    type Spoil = fn(&mut Outer, &mut [f32; 3]);
    let first = |spoil: Spoil| {
        let mut network = Outer::seeded(1);
        let mut input = [0.1, 0.2, 0.3];
        spoil(&mut network, &mut input);
        let mut workspace = Workspace::<Outer, Adam, 2>::boxed();
        let error = trainer().step(&mut *network, &mut workspace, &[[0.0; 3], input], &[0_usize, 1]).unwrap_err();
        let of_input = matches!(error, BatchError::Input { sample: 1, .. });
        assert!(of_input || matches!(error, BatchError::Loss { loss } if !loss.is_finite()), "{error}");
        assert_eq!(of_input, !input.iter().all(|x| x.is_finite()));
        let mut named = String::new();
        workspace.first_not_finite(2, &mut |name| named = name.to_string());
        named
    };
    assert_eq!(first(|_, input| input[1] = f32::NAN), "body.0");
    assert_eq!(first(|network, _| network.body.1.bias[2] = f32::INFINITY), "body");
    assert_eq!(first(|network, _| network.norm.weight[0] = f32::NAN), "norm");
    assert_eq!(first(|network, _| network.output.bias[0] = f32::NAN), "output");
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
        core::hint::black_box(network.forward(&inputs[0]));
    }
    assert_eq!(allocations(), before);
}
