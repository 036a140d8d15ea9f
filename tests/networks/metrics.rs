//! Metrics in `Fit`, which know what the network's head and its loss make of the outputs.

#![cfg(feature = "std")]

use congruent::fit::FitError;
use congruent::metric::{Average, ExactMatch, R2, RootMeanSquaredError};
use congruent::prelude::*;
use congruent::{CompatibleWith, Loss, Parameters};

/// The value of a metric of a network that is not changed, over 4 samples.
fn measured<N: Network, T: Clone, L>(
    network: &mut N,
    loss: L,
    metric: impl Metric<N::Output, T>,
    inputs: &[N::Input],
    targets: &[T],
) -> Result<f64, FitError>
where
    L: Loss<N::Output, T> + CompatibleWith<N::Head>,
{
    let data = Dataset::new(inputs.to_vec(), targets.to_vec()).unwrap();
    let fit = Fit::new(loss, Adam::new(0.0)).metric(metric).validation(&data).progress(ProgressMode::Quiet);
    let history = fit.run(network, &data)?;
    let epoch = &history.epochs[0];
    assert_eq!(epoch.metrics, epoch.validation_metrics);
    Ok(epoch.metrics[0].1)
}

/// A network that puts out its input.
macro_rules! same {
    ($Net:ident, $n:literal, $Head:ident) => {{
        network! { struct $Net: [$n] -> [$n] { out: Dense<$n, $n, $Head> } }
        let mut network = $Net::zeroed();
        (0..$n).for_each(|i| network.out.weight[i][i] = 1.0);
        network
    }};
}

#[test]
fn one_logit_is_a_yes_above_0() {
    let (inputs, targets) = ([[0.3], [-0.2], [2.0], [-3.0]], [[1.0], [0.0], [1.0], [0.0]]);
    let mut network = same!(Logit, 1, Linear);
    let f1 = ConfusionMatrix::<2>::new().reporting(ClassificationScore::F1(Average::Macro));
    assert_eq!(measured(&mut network, BinaryCrossEntropy, f1.clone(), &inputs, &targets).unwrap(), 1.0);
    assert_eq!(measured(&mut network, BinaryCrossEntropy, Accuracy::new(), &inputs, &targets).unwrap(), 1.0);
    let classes = targets.map(|[t]| t > 0.5);
    assert_eq!(measured(&mut network, BinaryCrossEntropy, Accuracy::new(), &inputs, &classes).unwrap(), 1.0);
    let chosen = measured(&mut network, BinaryCrossEntropy, Accuracy::with_threshold(0.5), &inputs, &targets);
    assert_eq!(chosen.unwrap(), 0.75);
    let chosen = measured(&mut network, BinaryCrossEntropy, f1.threshold(0.5), &inputs, &targets).unwrap();
    assert!(chosen < 1.0, "{chosen}");
    // the same outputs are no logits where numbers are compared
    assert_eq!(measured(&mut network, MeanSquaredError, Accuracy::new(), &inputs, &targets).unwrap(), 0.75);
    let mut network = same!(Probability, 1, Sigmoid);
    assert_eq!(measured(&mut network, BinaryCrossEntropy, Accuracy::new(), &inputs, &targets).unwrap(), 1.0);
}

#[test]
fn labels_count_by_themselves() {
    let inputs = [[2.0, -1.0, -1.0], [-1.0, -1.0, 2.0], [0.3, 0.2, -1.0], [-1.0, 2.0, -1.0]];
    let targets = [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]];
    let mut logits = same!(Logits, 3, Linear);
    assert_eq!(measured(&mut logits, BinaryCrossEntropy, Accuracy::new(), &inputs, &targets).unwrap(), 0.75);
    let mut probabilities = same!(Probabilities, 3, Sigmoid);
    assert_eq!(measured(&mut probabilities, BinaryCrossEntropy, Accuracy::new(), &inputs, &targets).unwrap(), 0.75);
    // nine of twelve labels, whatever the loss, if they are asked for
    let chosen = measured(&mut probabilities, MeanSquaredError, Accuracy::per_label(0.5), &inputs, &targets);
    assert_eq!(chosen.unwrap(), 0.75);

    let cure = "for several labels at once there is `Accuracy::per_label`";
    let refused = |result: Result<f64, FitError>, metric: &str| {
        let error = result.unwrap_err().to_string();
        let expected = format!("training set: `{metric}` takes one class for each sample, but the target of sample 0");
        assert!(error.starts_with(&expected) && error.ends_with(cure), "{error}");
    };
    let matrix = ConfusionMatrix::<3>::new();
    refused(measured(&mut logits, BinaryCrossEntropy, matrix, &inputs, &targets), "macro F1");
    refused(measured(&mut logits, BinaryCrossEntropy, TopK::new(2), &inputs, &targets), "top-2 accuracy");
    refused(measured(&mut probabilities, MeanSquaredError, Accuracy::new(), &inputs, &targets), "accuracy");
    // one label at a time is a class
    let one = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]];
    assert_eq!(measured(&mut logits, BinaryCrossEntropy, TopK::new(1), &inputs, &one).unwrap(), 0.75);
}

#[test]
fn logits_are_not_compared_as_numbers() {
    let (inputs, targets) = ([[0.3, -1.0], [-0.2, 2.0]], [[1.0, 0.0], [0.0, 1.0]]);
    let mut network = same!(Both, 2, Linear);
    let refused = |result: Result<f64, FitError>, head: &str| {
        let error = result.unwrap_err().to_string();
        assert!(error.ends_with(&format!("but the outputs are logits; end the network in `{head}`")), "{error}");
    };
    refused(measured(&mut network, BinaryCrossEntropy, MeanAbsoluteError::new(), &inputs, &targets), "Sigmoid");
    refused(measured(&mut network, BinaryCrossEntropy, R2::new(), &inputs, &targets), "Sigmoid");
    refused(measured(&mut network, CrossEntropy::new(), RootMeanSquaredError::new(), &inputs, &targets), "Softmax");
    assert!(measured(&mut network, MeanSquaredError, R2::new(), &inputs, &targets).is_ok());
}

#[test]
fn steps_of_sequences_are_read_as_outputs_are() {
    network! { struct Steps: [..3, 1] -> [..3, 1] { out: TimeDistributed<Dense<1, 1>> } }
    let mut network = Steps::zeroed();
    network.as_flat_mut()[0] = 1.0;
    let inputs = [&[[0.3], [-0.2]][..], &[[2.0]]].map(|steps| Padded::<[f32; 1], 3>::new(steps).unwrap());
    let targets = [&[[1.0], [0.0]][..], &[[1.0]]].map(|steps| Padded::<[f32; 1], 3>::new(steps).unwrap());
    assert_eq!(measured(&mut network, BinaryCrossEntropy, ExactMatch::new(), &inputs, &targets).unwrap(), 1.0);
    assert_eq!(measured(&mut network, BinaryCrossEntropy, Accuracy::new(), &inputs, &targets).unwrap(), 1.0);
    assert_eq!(measured(&mut network, MeanSquaredError, ExactMatch::new(), &inputs, &targets).unwrap(), 0.5);
}

#[test]
fn a_validation_set_and_too_high_a_k_are_refused_too() {
    network! { struct Two: [2] -> [2] { out: Dense<2, 2, Sigmoid> } }
    let data = |target: [f32; 2]| Dataset::new(vec![[0.0, 0.0]], vec![target]).unwrap();
    let (training, validation) = (data([1.0, 0.0]), data([1.0, 1.0]));
    let fit = || Fit::new(MeanSquaredError, Adam::new(0.1)).progress(ProgressMode::Quiet);
    let mut network = Two::seeded(1);
    let before = network.out.weight;
    let error = fit().metric(Accuracy::new()).validation(&validation).run(&mut *network, &training).unwrap_err();
    assert!(error.to_string().starts_with("validation set: `accuracy`"), "{error}");
    let error = fit().metric(TopK::new(3)).run(&mut *network, &training).unwrap_err();
    assert_eq!(error.to_string(), "training set: `top-3 accuracy` of 2 classes, of which at most 2 can be counted");
    assert_eq!(network.out.weight, before);
}
