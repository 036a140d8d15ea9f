//! Batch normalisation of batches that have no variance: of one number a channel.

#![cfg(feature = "std")]

use congruent::fit::FitErrorKind;
use congruent::prelude::*;
use congruent::{Layer, Parameters, Pass};

network! {
    struct Normed: [4] -> [1] { first: Dense<4, 8>, norm: BatchNorm1d, relu: Relu, out: Dense<8, 1> }
}
network! {
    struct Frozen: [4] -> [1] { first: Dense<4, 8>, #[frozen] norm: BatchNorm1d, relu: Relu, out: Dense<8, 1> }
}
network! {
    struct Pixel: [2, 1, 1] -> [1] { norm: BatchNorm2d, flat: Flatten, out: Dense<2, 1> }
}
network! {
    struct Image: [2, 2, 1] -> [1] { norm: BatchNorm2d, flat: Flatten, out: Dense<4, 1> }
}
network! {
    struct Moment: [3, 1] -> [3] { norm: BatchNorm1d, flat: Flatten, out: Dense<3, 3> }
}
network! {
    struct Inside: [4] -> [1] { block: Residual<Dense<4, 4>, BatchNorm1d>, both: Concat<[BatchNorm1d], [Relu]>, out: Dense<8, 1> }
}

/// Samples spread so widely that statistics matter, of a linear task.
fn samples(count: usize) -> Dataset<[f32; 4], [f32; 1]> {
    let number = |n: usize, i: usize| ((n * 37 + i * 91 + n * i * 13) % 101) as f32 / 25.0 - 2.0;
    let inputs: Vec<[f32; 4]> = (0..count).map(|n| core::array::from_fn(|i| number(n, i))).collect();
    let targets = inputs.iter().map(|x| [0.5 * x[0] - 0.25 * x[1] + 0.125 * x[2]]).collect();
    Dataset::new(inputs, targets).unwrap()
}

/// The true variance of what comes into the norm, divided by `N − 1`, and the largest factor by which the running one is off.
fn worst_ratio(network: &Normed, data: &Dataset<[f32; 4], [f32; 1]>) -> (f32, f32) {
    let before: Vec<[f32; 8]> = data
        .inputs()
        .iter()
        .map(|x| {
            let row = |o: usize| (0..4).map(|i| network.first.weight[o][i] * x[i]).sum::<f32>() + network.first.bias[o];
            core::array::from_fn(row)
        })
        .collect();
    let ratios = (0..8).map(|c| {
        let n = before.len() as f32;
        let mean = before.iter().map(|z| z[c]).sum::<f32>() / n;
        let variance = before.iter().map(|z| (z[c] - mean).powi(2)).sum::<f32>() / (n - 1.0);
        network.norm.running_var[c] / variance
    });
    ratios.fold((f32::INFINITY, 0.0), |(low, high), r| (low.min(r), high.max(r)))
}

fn fit<'a>(epochs: usize) -> Fit<'a, Normed, [f32; 1], MeanSquaredError, Adam, 32> {
    Fit::new(MeanSquaredError, Adam::new(0.01)).epochs(epochs).progress(ProgressMode::Quiet)
}

/// One sample more than a batch, or than two: it is not normalised by itself.
#[test]
fn inference_agrees_with_training_where_one_sample_is_left_over() {
    for count in [33, 65, 97] {
        let data = samples(count);
        let mut network = Normed::seeded(1);
        let history = fit(300).run(&mut *network, &data).unwrap();
        let trained = history.epochs.last().unwrap().loss as f32;
        let mut workspace = Workspace::<Normed, Adam, 128>::boxed();
        let (trainer, mut scratch) = (trainer(), congruent::plain::zeroed());
        let (inputs, targets) = (data.inputs(), data.targets());
        let inferred = trainer.evaluate(&*network, &mut workspace, &mut scratch, inputs, targets).unwrap();
        assert!(inferred < 2.0 * trained + 0.02, "{count}: {trained} in training, {inferred} in inference");
        let (low, high) = worst_ratio(&network, &data);
        assert!(low > 0.8 && high < 1.25, "{count}: running variances {low} to {high} of the true ones");
    }
}

/// The steps that an epoch of 33 samples makes, by the learning rate after it: `factor^steps`.
fn steps(fit: Fit<'_, Normed, [f32; 1], MeanSquaredError, Adam, 32>) -> f32 {
    let fit = fit.schedule(Schedule::exponential(0.5));
    let history = fit.run(&mut *Normed::seeded(1), &samples(33)).unwrap();
    0.01 / history.epochs[0].learning_rate
}

#[test]
fn a_last_batch_can_be_left_out() {
    assert_eq!(steps(fit(1)), 2.0);
    assert_eq!(steps(fit(1).drop_last(true)), 1.0);
}

#[test]
fn a_single_sample_in_all_is_an_error_of_the_fit() {
    let mut network = Normed::seeded(1);
    let before = network.as_flat().to_vec();
    let error = fit(1).run(&mut *network, &samples(1)).unwrap_err();
    assert!(matches!(error.kind, FitErrorKind::Batch(BatchError::TooFew { samples: 1 })), "{error}");
    assert_eq!(network.as_flat(), before);
}

fn trainer() -> Trainer<MeanSquaredError, Adam> {
    Trainer::new(MeanSquaredError, Adam::new(0.01))
}

/// One sample in a workspace for more: refused, and all is as it was.
fn refuses_one<N: Network>(inputs: &[N::Input], targets: &[N::Output])
where
    N::Output: congruent::Tensor,
{
    let mut network = N::seeded(1);
    let before = network.as_flat().to_vec();
    let mut workspace = Workspace::<N, Adam, 2>::boxed();
    trainer().accumulate(&*network, &mut workspace, inputs, targets).unwrap();
    let gathered = workspace.gradient().as_flat().to_vec();
    for _ in 0..2 {
        let error = trainer().accumulate(&*network, &mut workspace, &inputs[..1], &targets[..1]).unwrap_err();
        assert_eq!(error, BatchError::TooFew { samples: 1 });
        let error = trainer().step(&mut *network, &mut workspace, &inputs[..1], &targets[..1]).unwrap_err();
        assert_eq!(error, BatchError::TooFew { samples: 1 });
    }
    assert!(gathered.iter().any(|g| *g != 0.0));
    assert_eq!((workspace.gradient().as_flat(), network.as_flat()), (&gathered[..], &before[..]));
    assert_eq!(N::LEAST_SAMPLES, 2);
}

#[test]
fn a_single_number_a_channel_is_refused_wherever_the_norm_stands() {
    let data = samples(2);
    refuses_one::<Normed>(data.inputs(), data.targets());
    refuses_one::<Inside>(data.inputs(), data.targets());
    refuses_one::<Pixel>(&[[[[1.0]], [[2.0]]], [[[0.5]], [[0.0]]]], data.targets());
    refuses_one::<Moment>(&[[[1.0], [2.0], [3.0]], [[0.0], [3.0], [1.0]]], &[[1.0; 3]; 2]);
}

/// Two numbers a channel of one sample are enough, and no batch is too small for a norm that is frozen.
#[test]
fn one_sample_is_enough_where_there_is_a_variance_or_none_is_needed() {
    const { assert!(Image::LEAST_SAMPLES == 1 && Frozen::LEAST_SAMPLES == 1) };
    let mut image = Image::seeded(1);
    let mut workspace = Workspace::<Image, Adam, 1>::boxed();
    trainer().step(&mut *image, &mut workspace, &[[[[1.0], [3.0]], [[2.0], [2.0]]]], &[[1.0]]).unwrap();
    // unbiased, as in PyTorch: (1 + 1) / (2 − 1), of which a tenth counts
    assert!((image.norm.running_var[0] - (0.9 + 0.1 * 2.0)).abs() < 1e-6);
    assert!((image.norm.running_var[1] - 0.9).abs() < 1e-6);

    let (mut frozen, data) = (Frozen::seeded(1), samples(1));
    let statistics = frozen.norm.as_flat().to_vec();
    let mut workspace = Workspace::<Frozen, Adam, 1>::boxed();
    let loss = |frozen: &Frozen| (frozen.forward(&data.inputs()[0])[0] - data.targets()[0][0]).powi(2);
    let before = loss(&frozen);
    for _ in 0..200 {
        trainer().step(&mut *frozen, &mut workspace, data.inputs(), data.targets()).unwrap();
    }
    assert!(loss(&frozen) < 1e-3 * before, "{before} to {}", loss(&frozen));
    assert_eq!(frozen.norm.as_flat(), statistics);
}

/// Batches accumulated for one step: of two samples each they are trained on, and their mean statistics count.
#[test]
fn accumulated_batches_count_alike() {
    let (mut network, data) = (Normed::seeded(1), samples(4));
    let mut workspace = Workspace::<Normed, Sgd, 2>::boxed();
    let trainer = Trainer::new(MeanSquaredError, Sgd::new(0.0));
    for (inputs, targets) in data.inputs().chunks(2).zip(data.targets().chunks(2)) {
        trainer.accumulate(&*network, &mut workspace, inputs, targets).unwrap();
    }
    let z = data
        .inputs()
        .iter()
        .map(|x| (0..4).map(|i| network.first.weight[0][i] * x[i]).sum::<f32>() + network.first.bias[0]);
    let z: Vec<f32> = z.collect();
    let expected = 0.9 + 0.1 * ((z[0] - z[1]).powi(2) / 2.0 + (z[2] - z[3]).powi(2) / 2.0) / 2.0;
    trainer.apply(&mut *network, &mut workspace).unwrap();
    assert!((network.norm.running_var[0] - expected).abs() < 1e-4 * expected);
}

/// Over steps, each sample is a batch of its own: of sequences of one step no norm can learn.
#[test]
fn single_steps_are_refused_when_they_come() {
    network! { struct Steps: [..4, 2] -> [..4, 2] { norm: TimeDistributed<BatchNorm1d>, out: TimeDistributed<Dense<2, 2>> } }
    const { assert!(Steps::LEAST_SAMPLES == 1) };
    type Several = congruent::Padded<[f32; 2], 4>;
    let long = Several::new(&[[1.0, 2.0], [3.0, 0.0]]).unwrap();
    let short = Several::new(&[[1.0, 2.0]]).unwrap();
    let mut network = Steps::seeded(1);
    let mut workspace = Workspace::<Steps, Adam, 2>::boxed();
    trainer().step(&mut *network, &mut workspace, &[long, long], &[long, long]).unwrap();
    let before = network.as_flat().to_vec();
    let error = trainer().step(&mut *network, &mut workspace, &[long, short], &[long, short]).unwrap_err();
    assert_eq!(error, BatchError::TooFew { samples: 2 });
    assert_eq!(network.as_flat(), before);
}

/// A custom layer can refuse a batch, too.
#[test]
fn a_pass_reports_too_few() {
    let mut pass = Pass::new(0, 0, 0);
    assert!(!pass.has_too_few());
    pass.refuse_too_few();
    assert!(pass.has_too_few() && !pass.frozen().has_too_few());
}
