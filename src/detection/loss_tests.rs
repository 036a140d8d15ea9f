//! The loss against finite differences and against PyTorch.

use super::super::{Truth, encode};
use super::*;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::vec::Vec;

type Small = Grid<4, 3, 8>;

/// A target of three objects, and logits.
fn example(seed: u64) -> (Small, Small) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut output = [[[0.0; 4]; 3]; 8];
    for z in output.as_flat_mut() {
        *z = rng.random_range(-2.0..2.0);
    }
    let object = |x, y, width, height, class| Truth { bounds: BoundingBox::new(x, y, width, height), class };
    let objects = [object(0.3, 0.2, 0.25, 0.3, 0), object(0.7, 0.25, 0.15, 0.4, 2), object(0.4, 0.9, 0.6, 0.2, 1)];
    let mut target = [[[0.0; 4]; 3]; 8];
    assert_eq!(encode(&objects, &mut target), 0);
    (output, target)
}

fn evaluate(loss: &DetectionLoss, output: &Small, target: &Small) -> (f32, Small) {
    let (mut output, mut gradient) = (*output, [[[f32::NAN; 4]; 3]; 8]);
    let logits = output;
    let value = loss.evaluate::<Linear>(&mut output, target, &mut gradient).unwrap();
    let bits = |grid: &Small| grid.as_flat().iter().map(|z| z.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&output), bits(&logits));
    (value, gradient)
}

const CROSS: ObjectnessLoss = ObjectnessLoss::BinaryCrossEntropy;
const SMOOTH: BoxLoss = BoxLoss::SmoothL1 { beta: 0.5 };

fn settings() -> [DetectionLoss; 4] {
    let new = DetectionLoss::new();
    [
        new,
        new.objectness(CROSS).weights(0.5, 2.0, 1.5),
        new.boxes(SMOOTH).objectness(ObjectnessLoss::Focal { alpha: 0.4, gamma: 1.5 }),
        new.objectness(CROSS).boxes(SMOOTH),
    ]
}

#[test]
fn gradients_are_those_of_the_loss() {
    for loss in settings() {
        for seed in 0..5 {
            let (output, target) = example(seed);
            let (_, gradient) = evaluate(&loss, &output, &target);
            for i in 0..Small::COUNT {
                let moved = |by: f32| {
                    let mut moved = output;
                    moved.as_flat_mut()[i] += by;
                    evaluate(&loss, &moved, &target).0
                };
                let difference = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                let g = gradient.as_flat()[i];
                assert!((g - difference).abs() < 2e-3 * (1.0 + g.abs()), "{loss:?} {seed} {i}: {g} {difference}");
            }
        }
    }
}

/// `tests/golden/detection.py`, which prints this file from PyTorch and torchvision: a line with the logits, then for each
/// of the settings one with the loss and one with the gradient.
#[test]
fn losses_are_those_of_pytorch() {
    let golden = include_str!("../../tests/golden/detection.txt");
    let lines = golden.lines().filter(|line| !line.starts_with('#'));
    let mut lines = lines.map(|line| line.split(' ').map(|n| n.parse().unwrap()).collect::<Vec<f32>>());
    let (mut output, target) = example(0);
    output.as_flat_mut().copy_from_slice(&lines.next().unwrap());
    for loss in settings() {
        let (value, gradient) = evaluate(&loss, &output, &target);
        let expected = lines.next().unwrap()[0];
        assert!((value - expected).abs() < 1e-5 * expected, "{loss:?}: {value} {expected}");
        for (g, expected) in gradient.as_flat().iter().zip(&lines.next().unwrap()) {
            assert!((g - expected).abs() < 1e-5, "{loss:?}: {g} {expected}");
        }
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn extreme_logits_have_finite_losses() {
    for loss in settings() {
        for (objectness, rest) in [(1e4, -1e4), (-1e4, 1e4), (-200.0, 0.0), (0.0, 200.0)] {
            let (mut output, target) = example(1);
            for (channel, numbers) in output.iter_mut().enumerate() {
                let logit = if channel == 0 { objectness } else { rest };
                numbers.as_flattened_mut().fill(logit);
            }
            let (value, gradient) = evaluate(&loss, &output, &target);
            assert!(
                value.is_finite() && gradient.as_flat().iter().all(|g| g.is_finite()),
                "{loss:?} {objectness} {rest}"
            );
        }
        let (_, target) = example(1);
        assert!(evaluate(&loss, &[[[f32::NAN; 4]; 3]; 8], &target).0.is_nan());
    }
}

#[test]
fn an_image_without_objects_teaches_objectness_alone() {
    let (output, _) = example(2);
    let (value, gradient) = evaluate(&DetectionLoss::new(), &output, &[[[0.0; 4]; 3]; 8]);
    assert!(value > 0.0);
    assert!(gradient[0].as_flattened().iter().all(|g| *g > 0.0));
    assert!(gradient[1..].as_flattened().as_flattened().iter().all(|g| *g == 0.0));
}

#[test]
fn targets_that_cannot_be_are_told() {
    let (output, target) = example(3);
    let error = |channel: usize, row: usize, column: usize, value: f32| {
        let (mut output, mut target, mut gradient) = (output, target, output);
        target[channel][row][column] = value;
        DetectionLoss::new().evaluate::<Linear>(&mut output, &target, &mut gradient).unwrap_err().to_string()
    };
    assert_eq!(error(0, 1, 2, 0.5), "0.5 at position 6 of a target, where 1 for an object or 0 for none is expected");
    let error = error(3, 0, 1, f32::NAN);
    assert!(error.starts_with("NaN at position 37 of a target, where a coordinate or size"), "{error}");
}

/// Gradient descent on the logits of one image finds its objects.
#[test]
fn descending_the_loss_finds_the_objects() {
    for loss in settings() {
        let (mut output, target) = example(4);
        for _ in 0..20_000 {
            let (_, gradient) = evaluate(&loss, &output, &target);
            for (z, g) in output.as_flat_mut().iter_mut().zip(gradient.as_flat()) {
                *z -= 0.05 * g;
            }
        }
        let found = super::super::decode::<8, 4, 3, 8>(&output, 0.5).suppressed(0.5);
        assert_eq!(found.len(), 3, "{loss:?}");
        for truth in super::super::truths(&target) {
            assert!(found.iter().any(|f| f.class == truth.class && f.bounds.iou(&truth.bounds) > 0.95), "{loss:?}");
        }
    }
}
