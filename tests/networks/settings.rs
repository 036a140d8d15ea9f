//! Settings that cannot be: refused by each constructor, in a `const` when compiled.

#![cfg(feature = "std")]

use core::panic::UnwindSafe;
use std::panic::catch_unwind;

use congruent::loss::{Loss, TargetError};
use congruent::prelude::*;

fn refuses<T>(make: impl FnOnce() -> T + UnwindSafe, why: &str) {
    let Err(panic) = catch_unwind(make) else { panic!("accepted: {why}") };
    let text = panic.downcast_ref::<&str>().copied().unwrap_or_else(|| panic.downcast_ref::<String>().unwrap());
    assert!(text.contains(why), "{text:?} instead of {why:?}");
}

#[test]
fn optimizers_refuse_what_cannot_be() {
    for rate in [f32::NAN, -0.1, f32::INFINITY, -f32::MIN_POSITIVE] {
        refuses(|| Adam::new(rate), "a learning rate");
        refuses(|| AdamW::new(rate), "a learning rate");
        refuses(|| Sgd::new(rate), "a learning rate");
        refuses(|| RmsProp::new(rate), "a learning rate");
        refuses(|| Adam::new(0.1).weight_decay(rate), "a weight decay");
        refuses(|| AdamW::new(0.1).weight_decay(rate), "a weight decay");
        refuses(|| Sgd::new(0.1).weight_decay(rate), "a weight decay");
        refuses(|| Sgd::new(0.1).momentum(0.9).weight_decay(rate), "a weight decay");
        refuses(|| RmsProp::new(0.1).weight_decay(rate), "a weight decay");
    }
    for beta in [f32::NAN, -0.1, 1.0, 2.0] {
        refuses(|| Adam::new(0.1).betas(beta, 0.9), "at least 0 and less than 1");
        refuses(|| Adam::new(0.1).betas(0.9, beta), "at least 0 and less than 1");
        refuses(|| AdamW::new(0.1).betas(0.9, beta), "at least 0 and less than 1");
        refuses(|| Sgd::new(0.1).momentum(beta), "at least 0 and less than 1");
        refuses(|| RmsProp::new(0.1).alpha(beta), "at least 0 and less than 1");
    }
    for epsilon in [f32::NAN, -1.0, 0.0, f32::INFINITY] {
        refuses(|| Adam::new(0.1).epsilon(epsilon), "an epsilon");
        refuses(|| AdamW::new(0.1).epsilon(epsilon), "an epsilon");
        refuses(|| RmsProp::new(0.1).epsilon(epsilon), "an epsilon");
    }
}

#[test]
fn losses_and_trainers_refuse_what_cannot_be() {
    for amount in [f32::NAN, -0.01, 1.01] {
        refuses(|| CrossEntropy::new().label_smoothing(amount), "from 0 to 1");
    }
    for delta in [f32::NAN, 0.0, -1.0, f32::INFINITY] {
        refuses(|| Huber::new(delta), "the delta");
    }
    for length in [f32::NAN, 0.0, -1.0] {
        refuses(|| Trainer::new(MeanSquaredError, Sgd::new(0.1)).clip_norm(length), "clipped");
        refuses(|| Trainer::new(MeanSquaredError, Sgd::new(0.1)).clip_value(length), "clipped");
    }
    for factor in [f32::NAN, -0.5, f32::INFINITY] {
        refuses(|| Schedule::step(10, factor), "factor");
        refuses(|| Schedule::exponential(factor), "factor");
    }
    refuses(|| Schedule::step(0, 0.5), "1 step or more");
    refuses(|| Schedule::cosine(0), "1 step or more");
}

/// What is at the edge of what can be.
#[test]
fn settings_at_the_edge_are_accepted() {
    const ADAM: Adam = Adam::new(0.0).betas(0.0, 0.999_999).epsilon(f32::MIN_POSITIVE).weight_decay(0.0);
    const TRAINER: Trainer<CrossEntropy, Adam> = Trainer::new(CrossEntropy::new().label_smoothing(1.0), ADAM)
        .clip_norm(f32::INFINITY)
        .clip_value(f32::MIN_POSITIVE)
        .schedule(Schedule::step(1, 0.0).warm_up(0));
    assert_eq!(TRAINER.learning_rate(1), 0.0);
}

#[test]
fn a_distribution_adds_up_to_one() {
    let evaluate = |target: [f32; 3]| {
        Loss::<[f32; 3], [f32; 3]>::evaluate::<Softmax>(
            &CrossEntropy::new(),
            &mut [0.5, 0.1, 0.2],
            &target,
            &mut [0.0; 3],
        )
    };
    assert_eq!(evaluate([0.5, 0.5, 0.5]), Err(TargetError::Sum { sum: 1.5 }));
    assert_eq!(evaluate([0.0; 3]), Err(TargetError::Sum { sum: 0.0 }));
    assert_eq!(evaluate([0.25, 0.5, 0.0]), Err(TargetError::Sum { sum: 0.75 }));
    assert!(evaluate([0.333, 0.333, 0.333]).is_ok() && evaluate([0.33, 0.33, 0.34]).is_ok());
    let of_steps = Loss::<[[f32; 3]; 2], [[f32; 3]; 2]>::evaluate::<Softmax>(
        &CrossEntropy::new(),
        &mut [[0.0; 3]; 2],
        &[[0.0, 0.0, 1.0], [1.0, 0.0, 1.0]],
        &mut [[0.0; 3]; 2],
    );
    assert_eq!(of_steps, Err(TargetError::Sum { sum: 2.0 }));
}
