//! Numbers that are not finite: found before they harm, and named.

#![cfg(feature = "std")]

use congruent::InputError;
use congruent::fit::FitErrorKind;
use congruent::loss::TargetError;
use congruent::prelude::*;
use congruent::{Parameters, Shape};

network! { struct Net: [2] -> [1] { hidden: Dense<2, 8, Relu>, output: Dense<8, 1> } }
network! { struct Linear1: [1] -> [1] { only: Dense<1, 1> } }
network! { struct Hidden: [2] -> [1] { #[frozen] hidden: Dense<2, 8, Relu>, output: Dense<8, 1> } }

fn data(count: usize) -> Dataset<[f32; 2], [f32; 1]> {
    let inputs: Vec<[f32; 2]> = (0..count).map(|i| [(i % 7) as f32 / 7.0, (i % 5) as f32 / 5.0]).collect();
    let targets = inputs.iter().map(|[a, b]| [a - b]).collect();
    Dataset::new(inputs, targets).unwrap()
}

fn fit<'a, O: congruent::optimizer::Optimizer + 'static>(rate: O) -> Fit<'a, Net, [f32; 1], MeanSquaredError, O, 32> {
    Fit::new(MeanSquaredError, rate).progress(ProgressMode::Quiet)
}

/// The loss overflows after some epochs: what was best until then is restored, and the history is in the error.
#[test]
fn early_stopping_restores_the_best_also_when_the_loss_overflows() {
    // the rate grows by the schedule until the run explodes
    let rising = || fit(Sgd::new(0.01)).schedule(Schedule::exponential(1.7)).seed(3);
    let mut network = Net::seeded(1);
    let error = rising().epochs(200).early_stopping(50).run(&mut *network, &data(64)).unwrap_err();
    let best = error.history.best().unwrap().epoch;
    assert!(matches!(error.kind, FitErrorKind::NotFinite { epoch, .. } if epoch == error.history.epochs.len() + 1));
    assert!(best < error.history.epochs.len() && !error.to_string().contains("target"), "{error}");
    let mut at_best = Net::seeded(1);
    rising().epochs(best).run(&mut *at_best, &data(64)).unwrap();
    assert_eq!(network.as_flat(), at_best.as_flat());
    // without it, the network is as before the batch: finite
    let mut network = Net::seeded(1);
    let error = rising().epochs(200).run(&mut *network, &data(64)).unwrap_err();
    assert!(!error.history.epochs.is_empty() && network.as_flat().iter().all(|x| x.is_finite()));
}

#[test]
fn an_infinite_feature_is_named_and_harms_nothing() {
    for (sample, value) in [(17, f32::NEG_INFINITY), (63, f32::NAN), (0, f32::INFINITY)] {
        let mut data = data(100);
        data.inputs_mut()[sample][1] = value;
        let mut network = Net::seeded(1);
        let before = network.as_flat().to_vec();
        let error = fit(Adam::new(0.01)).epochs(3).run(&mut *network, &data).unwrap_err();
        let expected = InputError::NotFinite;
        assert!(
            matches!(error.kind, FitErrorKind::Input { set: "training", sample: s, error } if s == sample && error == expected)
        );
        assert_eq!(network.as_flat(), before);
        assert!(core::error::Error::source(&error).is_some());

        // the step, which sees the effect on the gradient alone, names it too
        let mut workspace = Workspace::<Net, Adam, 100>::boxed();
        let trainer = Trainer::new(MeanSquaredError, Adam::new(0.01));
        let error = trainer.step(&mut *network, &mut workspace, data.inputs(), data.targets()).unwrap_err();
        assert_eq!(error, BatchError::Input { sample, error: expected });
        assert_eq!((network.as_flat(), workspace.steps()), (&before[..], 0));
        assert!(workspace.gradient().as_flat().iter().all(|g| *g == 0.0));
        // and is as good as new
        trainer.step(&mut *network, &mut workspace, self::data(100).inputs(), self::data(100).targets()).unwrap();
    }
}

/// A variant that is made not finite, and an input that frozen layers hide from the gradient.
#[test]
fn inputs_that_come_later_or_are_hidden_are_found() {
    let mut network = Net::seeded(1);
    let before = network.as_flat().to_vec();
    let broken = |input: &mut [f32; 2], _: &mut [f32; 1], _: &mut _| input[0] /= input[0] * 0.0;
    let error = fit(Adam::new(0.01)).augment(broken).run(&mut *network, &data(40)).unwrap_err();
    assert!(matches!(error.kind, FitErrorKind::Input { .. }), "{error}");
    assert_eq!(network.as_flat(), before);

    let mut network = Hidden::seeded(1);
    network.hidden.weight.iter_mut().for_each(|row| *row = [1.0, 1.0]);
    let mut workspace = Workspace::<Hidden, Sgd, 2>::boxed();
    let trainer = Trainer::new(MeanSquaredError, Sgd::new(0.1));
    let error = trainer.step(&mut *network, &mut workspace, &[[1.0, f32::NEG_INFINITY]], &[[1.0]]).unwrap_err();
    assert_eq!(error, BatchError::Input { sample: 0, error: InputError::NotFinite });
}

#[test]
fn a_validation_sample_that_is_not_finite_is_found_before_training() {
    let mut held_out = data(10);
    held_out.inputs_mut()[4][0] = f32::NAN;
    let mut network = Net::seeded(1);
    let before = network.as_flat().to_vec();
    let error = fit(Adam::new(0.01)).validation(&held_out).run(&mut *network, &data(40)).unwrap_err();
    assert_eq!(error.to_string(), "sample 4 of the validation set: an input with a number that is not finite");
    assert_eq!(network.as_flat(), before);
}

#[test]
fn targets_that_are_not_finite_are_refused_by_each_loss() {
    fn refuses<L: Copy + congruent::loss::Loss<[f32; 1], [f32; 1]> + congruent::loss::CompatibleWith<Linear>>(loss: L) {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut network = Net::seeded(1);
            let before = network.as_flat().to_vec();
            let mut workspace = Workspace::<Net, Adam, 2>::boxed();
            let trainer = Trainer::new(loss, Adam::new(0.01));
            let targets = [[0.5], [value]];
            let error = trainer.step(&mut *network, &mut workspace, &[[0.5; 2]; 2], &targets).unwrap_err();
            let BatchError::Target { sample: 1, error: TargetError::Value { position: 0, value: found, .. } } = error
            else {
                panic!("{error}");
            };
            assert_eq!(found.to_bits(), value.to_bits());
            assert_eq!(network.as_flat(), before);
        }
    }
    refuses(MeanSquaredError);
    refuses(Huber::new(1.0));
    refuses(BinaryCrossEntropy);
}

/// A last step that would throw the weights to infinity is an error, and is not made.
#[test]
fn a_step_that_explodes_is_not_made() {
    let trainer = Trainer::new(MeanSquaredError, Sgd::new(1e25));
    for (input, target) in [(1e10, 1e9), (1e18, 0.5), (-1e15, 1e15)] {
        let mut network = Linear1::seeded(1);
        let before = network.as_flat().to_vec();
        let mut workspace = Workspace::<Linear1, Sgd, 1>::boxed();
        let error = trainer.step(&mut *network, &mut workspace, &[[input]], &[[target]]).unwrap_err();
        assert!(matches!(error, BatchError::Gradient { parameter: 0, .. } | BatchError::Loss { .. }), "{error}");
        assert_eq!((network.as_flat(), workspace.steps()), (&before[..], 0));
    }
    // and the fit names the parameter
    network! { struct Wide: [1] -> [1] { first: Dense<1, 2>, last: Dense<2, 1> } }
    let mut network = Wide::seeded(1);
    let data = Dataset::new(vec![[1e12]], vec![[1e12]]).unwrap();
    let fit = Fit::new(MeanSquaredError, Sgd::new(1e9)).progress(ProgressMode::Quiet);
    let error = fit.run(&mut *network, &data).unwrap_err();
    assert!(error.to_string().contains("the gradient of `"), "{error}");
}

/// A gradient whose square is no `f32`: clipped as always, refused without clipping.
#[test]
fn a_long_gradient_is_clipped_by_its_true_length() {
    let (input, target) = ([[1e12]], [[1e10]]);
    let mut network = Linear1::seeded(1);
    network.only.weight = [[0.0]];
    let before = network.as_flat().to_vec();
    let mut workspace = Workspace::<Linear1, Sgd, 1>::boxed();
    let trainer = Trainer::new(MeanSquaredError, Sgd::new(1.0));
    let error = trainer.step(&mut *network, &mut workspace, &input, &target).unwrap_err();
    assert!(matches!(error, BatchError::Gradient { parameter: 0, value } if value < -1e22), "{error}");
    assert_eq!(network.as_flat(), before);
    trainer.clip_norm(0.5).step(&mut *network, &mut workspace, &input, &target).unwrap();
    assert!((network.only.weight[0][0] - 0.5).abs() < 1e-5);
    let mut network = Linear1::seeded(1);
    network.only.weight = [[0.0]];
    trainer.clip_value(0.25).step(&mut *network, &mut workspace, &input, &target).unwrap();
    assert_eq!(network.only.weight[0][0], 0.25);
}

/// However a gradient is clipped: none whose square is no `f32` comes to an optimizer, whose second moment would be infinite ever after.
#[test]
fn what_is_longer_than_squares_is_refused_with_clipping_too() {
    let mut network = Linear1::seeded(1);
    let before = network.as_flat().to_vec();
    let mut workspace = Workspace::<Linear1, Adam, 1>::boxed();
    let trainer = Trainer::new(MeanSquaredError, Adam::new(0.01));
    for trainer in [trainer.clip_value(1e25), trainer.clip_norm(1e25)] {
        let error = trainer.step(&mut *network, &mut workspace, &[[1e12]], &[[1e10]]).unwrap_err();
        assert!(matches!(error, BatchError::Gradient { parameter: 0, .. }), "{error}");
        assert_eq!((network.as_flat(), workspace.steps()), (&before[..], 0));
    }
}

/// A variance that overflows hides in the normalised outputs, which it makes 0; the running statistics would be infinite for ever.
#[test]
fn a_batch_whose_variance_is_not_finite_is_refused() {
    network! { struct Normed: [2] -> [1] { hidden: Dense<2, 4>, norm: BatchNorm1d, output: Dense<4, 1> } }
    let data = Dataset::new((0..64).map(|i| [i as f32 * 1e25; 2]).collect(), vec![[1.0]; 64]).unwrap();
    let mut network = Normed::seeded(1);
    let before = network.as_flat().to_vec();
    let error = Fit::new(MeanSquaredError, Adam::new(0.01))
        .progress(ProgressMode::Quiet)
        .run(&mut *network, &data)
        .unwrap_err();
    let FitErrorKind::NotFinite { what: "loss", epoch: 1, batch: 1, place, .. } = &error.kind else {
        panic!("{error}")
    };
    assert_eq!((place.as_str(), network.as_flat()), ("the output of layer `norm`", &before[..]));
}

/// Batches that are gathered for one step: an error of the step forgets them, and the next begins anew.
#[test]
fn an_error_of_apply_forgets_the_gradient() {
    let mut network = Linear1::seeded(1);
    let mut workspace = Workspace::<Linear1, Sgd, 1>::boxed();
    let trainer = Trainer::new(MeanSquaredError, Sgd::new(0.1));
    trainer.accumulate(&*network, &mut workspace, &[[1.0]], &[[1.0]]).unwrap();
    trainer.accumulate(&*network, &mut workspace, &[[1e12]], &[[1e10]]).unwrap();
    let before = network.as_flat().to_vec();
    assert!(trainer.apply(&mut *network, &mut workspace).is_err());
    assert_eq!(workspace.gradient().as_flat(), [0.0; 2]);
    assert_eq!(trainer.apply(&mut *network, &mut workspace), Ok(()));
    assert_eq!((network.as_flat(), workspace.steps()), (&before[..], 0));
}

#[test]
fn shapes_find_each_number_that_is_not_finite() {
    for i in [0, 1, 4095, 4096, 4097, 8191] {
        for value in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut rows = vec![[[1.0_f32; 16]; 4]; 128];
            assert!(rows.iter().all(Shape::is_finite));
            rows[i / 64][i % 64 / 16][i % 16] = value;
            assert!(!rows.iter().all(Shape::is_finite), "{i} {value}");
        }
    }
    assert!([f32::MAX, f32::MIN, -0.0, f32::MIN_POSITIVE / 2.0].is_finite());
}
