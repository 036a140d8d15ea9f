//! `fit`: what a user of it relies on.

#![cfg(feature = "std")]

use congruent::fit::FitErrorKind;
use congruent::prelude::*;

network! {
    struct Net: [2] -> [3] {
        hidden: Dense<2, 16, Tanh>,
        drop: Dropout<0.1>,
        output: Dense<16, 3, Softmax>,
    }
}

/// Three sectors of a disc.
fn sectors(count: usize) -> Dataset<[f32; 2], usize> {
    let angle = |i: usize| i as f32 * 2.399_963; // the golden angle
    let inputs = (0..count).map(|i| [angle(i).cos(), angle(i).sin()]).collect();
    let class = |i: usize| ((angle(i) % core::f32::consts::TAU) / core::f32::consts::TAU * 3.0) as usize % 3;
    Dataset::new(inputs, (0..count).map(class).collect()).unwrap()
}

fn fit<'a>() -> Fit<'a, Net, usize, CrossEntropy, Adam, 32> {
    Fit::new(CrossEntropy::new(), Adam::new(0.01)).progress(ProgressMode::Quiet)
}

fn bits(network: &Net) -> Vec<u32> {
    use congruent::Parameters;
    network.as_flat().iter().map(|w| w.to_bits()).collect()
}

#[test]
fn learns_what_can_be_learnt() {
    let (train, test) = sectors(600).split(0.25, 1).unwrap();
    let mut network = Net::seeded(1);
    let history = fit().epochs(60).metric(Accuracy::new()).validation(&test).run(&mut *network, &train).unwrap();
    let last = history.epochs.last().unwrap();
    assert!(last.validation_metrics[0].1 > 0.95, "{:?}", last);
    assert!(last.loss < history.epochs[0].loss);
    assert_eq!(last.metrics[0].0, "accuracy");
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    let run = |seed| {
        let mut network = Net::seeded(1);
        let history = fit().epochs(3).seed(seed).validation_split(0.2).run(&mut *network, &sectors(200)).unwrap();
        (bits(&network), history.epochs.iter().map(|e| e.loss.to_bits()).collect::<Vec<_>>())
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn a_share_for_validation_is_not_trained_on() {
    let data = sectors(100);
    let mut network = Net::seeded(1);
    let history = fit().epochs(1).validation_split(0.25).run(&mut *network, &data).unwrap();
    assert!(history.epochs[0].validation_loss.is_some());
    for share in [0.0, 1.0, -1.0, f64::NAN, 0.001] {
        let error = fit().validation_split(share).run(&mut *network, &data).unwrap_err();
        assert!(matches!(error.kind, FitErrorKind::Data(_)), "{error}");
    }
}

#[test]
fn variants_are_trained_on_and_not_validated() {
    let (train, held_out) = (sectors(40), sectors(30));
    let run = || {
        let mut seen = Vec::new();
        let mut network = Net::seeded(1);
        let history = fit()
            .epochs(20)
            .validation(&held_out)
            .augment(|input, target, rng| {
                let by: f32 = congruent::rand::RngExt::random(rng);
                seen.push(by);
                // nowhere near the samples, and all of one class
                *input = [5.0 + by, 5.0];
                *target = 2;
            })
            .run(&mut *network, &train)
            .unwrap();
        (seen, bits(&network), history)
    };
    let (seen, bits, history) = run();
    assert_eq!(seen.len(), 20 * 40);
    assert!(seen[..40].iter().all(|by| !seen[40..80].contains(by)));
    assert_eq!((&run().0, &run().1), (&seen, &bits));
    let last = &history.epochs[19];
    assert!(last.loss < 0.2 && last.validation_loss.unwrap() > 1.0, "{last:?}");
    assert_eq!(train, sectors(40));
}

#[test]
fn early_stopping_restores_the_best_weights() {
    // a learning rate so high that the loss soon rises
    let data = sectors(60);
    let (train, test) = data.split(0.5, 3).unwrap();
    let run = |epochs, patience: Option<usize>| {
        let mut network = Net::seeded(4);
        let mut fit = Fit::new(CrossEntropy::new(), Sgd::new(2.0)).batch::<8>().seed(9).progress(ProgressMode::Quiet);
        if let Some(patience) = patience {
            fit = fit.early_stopping(patience);
        }
        let history = fit.epochs(epochs).validation(&test).run(&mut *network, &train).unwrap();
        (bits(&network), history)
    };
    let (stopped, history) = run(200, Some(3));
    let best = history.best().unwrap().epoch;
    assert_eq!(history.epochs.len(), best + 3, "stopped three epochs after the best");
    let (at_best, _) = run(best, None);
    assert_eq!(stopped, at_best, "the weights are those of the best epoch");
}

#[test]
fn the_schedule_and_its_rate_are_in_the_history() {
    let data = sectors(64);
    let history = fit().epochs(4).schedule(Schedule::step(2, 0.5)).run(&mut *Net::seeded(1), &data).unwrap();
    let rates: Vec<f32> = history.epochs.iter().map(|e| e.learning_rate).collect();
    assert_eq!(rates, [0.01, 0.005, 0.0025, 0.00125]);
}

#[test]
fn a_loss_that_is_not_finite_stops_and_names_the_place() {
    let mut network = Net::seeded(1);
    network.output.weight[1][2] = f32::NAN;
    let before = bits(&network);
    let error = fit().epochs(2).run(&mut *network, &sectors(50)).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error.kind, FitErrorKind::NotFinite { epoch: 1, batch: 1, .. }), "{text}");
    assert!(text.contains("the output of layer `output`"), "{text}");
    assert_eq!(bits(&network), before, "the network is as it was");

    let mut network = Net::seeded(1);
    network.hidden.bias[0] = f32::INFINITY;
    network.hidden.weight[0] = [f32::NAN; 2];
    let error = fit().run(&mut *network, &sectors(50)).unwrap_err();
    assert!(error.to_string().contains("the output of layer `hidden`"), "{error}");
}

#[test]
fn an_input_that_is_not_finite_is_named() {
    let mut data = sectors(50);
    data.inputs_mut()[7][1] = f32::NAN;
    let error = fit().run(&mut *Net::seeded(1), &data).unwrap_err();
    assert!(error.to_string().contains("an input"), "{error}");
}

#[test]
fn a_label_out_of_range_is_named_by_its_place_in_the_data() {
    let mut data = sectors(50);
    data.targets_mut()[17] = 3;
    let error = fit().run(&mut *Net::seeded(1), &data).unwrap_err();
    let expected = "sample 17 of the training set: class 3 in a network of 3 outputs, where classes count from 0 to 2";
    assert_eq!(error.to_string(), expected);
    let error = fit().validation(&data).run(&mut *Net::seeded(1), &sectors(20)).unwrap_err();
    assert!(error.to_string().starts_with("sample 17 of the validation set"), "{error}");
}

#[test]
fn dropout_is_off_in_validation() {
    let data = sectors(40);
    let mut network = Net::seeded(1);
    let frozen = Fit::new(CrossEntropy::new(), Sgd::new(0.0)).progress(ProgressMode::Quiet);
    let history = frozen.epochs(2).validation(&data).run(&mut *network, &data).unwrap();
    let [first, second] = &history.epochs[..] else { panic!("two epochs") };
    assert_eq!(first.validation_loss, second.validation_loss);
    assert_ne!(first.loss, second.loss, "in training each step drops others");
}

#[test]
fn regression_metrics_and_history_files() {
    network! { struct Line(Dense<1, 1>); }
    let inputs: Vec<[f32; 1]> = (0..64).map(|i| [i as f32 / 32.0 - 1.0]).collect();
    let targets = inputs.iter().map(|x| [3.0 * x[0] + 1.0]).collect();
    let data = Dataset::new(inputs, targets).unwrap();
    let mut line = Line::seeded(1);
    let history = Fit::new(MeanSquaredError, Sgd::new(0.1).momentum(0.9))
        .batch::<16>()
        .epochs(60)
        .metric(MeanAbsoluteError::new())
        .progress(ProgressMode::Quiet)
        .run(&mut *line, &data)
        .unwrap();
    assert!((line.0.weight[0][0] - 3.0).abs() < 1e-3 && (line.0.bias[0] - 1.0).abs() < 1e-3);
    let folder = tempfile::tempdir().unwrap();
    history.write_csv(folder.path().join("history.csv")).unwrap();
    let text = std::fs::read_to_string(folder.path().join("history.csv")).unwrap();
    assert_eq!(text.lines().count(), 61);
}
