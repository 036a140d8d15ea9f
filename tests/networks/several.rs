//! Networks with several inputs and outputs, by name.

#![cfg(feature = "std")]

use congruent::metric::OfOutput;
use congruent::prelude::*;

network! {
    /// A policy and a value from one trunk, with numbers beside an image.
    pub struct ActorCritic: (image: [2, 4, 4], speed: [2]) -> (policy: [3], value: [1]) {
        seen: Conv2d<2, 3, 3, Relu, padding = same>(image),
        flat: Flatten(seen),
        joined: Concat(flat, speed),
        trunk: Dense<_, 16, Tanh>(joined),
        policy: Dense<16, 3, Softmax>(trunk),
        value: Dense<16, 1>(trunk),
    }
}

fn sample(i: usize) -> (ActorCriticInput, ActorCriticTarget<usize, [f32; 1]>) {
    let number = |j: usize| ((i * 13 + j * 7) % 11) as f32 / 5.0 - 1.0;
    let mut image = [[[0.0; 4]; 4]; 2];
    image.as_flattened_mut().as_flattened_mut().iter_mut().enumerate().for_each(|(j, x)| *x = number(j));
    let speed = [number(3), number(5)];
    let value = [0.5 * speed[0] - 0.25 * speed[1]];
    (ActorCriticInput { image, speed }, ActorCriticTarget { policy: i % 3, value })
}

#[test]
fn both_outputs_are_learnt() {
    let (inputs, targets): (Vec<_>, Vec<_>) = (0..11).map(sample).unzip();
    let loss = ActorCriticLoss { policy: CrossEntropy::new(), value: 0.5 * MeanSquaredError };
    let trainer = Trainer::new(loss, Adam::new(0.01));
    let mut network = ActorCritic::seeded(1);
    let mut workspace = Workspace::<ActorCritic, Adam, 11>::boxed();
    for _ in 0..400 {
        trainer.step(&mut network, &mut workspace, &inputs, &targets).unwrap();
    }
    for (input, target) in inputs.iter().zip(&targets) {
        let output = network.forward(input);
        assert!(output.policy[target.policy] > 0.8, "{output:?} {target:?}");
        assert!((output.policy.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!((output.value[0] - target.value[0]).abs() < 0.1, "{output:?} {target:?}");
    }
    let outputs = network.predict(&inputs);
    assert!(outputs.iter().zip(&inputs).all(|(output, input)| *output == network.forward(input)));
}

#[test]
fn the_loss_is_the_weighted_sum() {
    let (input, target) = sample(4);
    let (mut network, mut workspace) = (ActorCritic::seeded(3), Workspace::<ActorCritic, Sgd, 1>::boxed());
    let output = network.forward(&input);
    let loss = ActorCriticLoss { policy: CrossEntropy::new(), value: 0.5 * MeanSquaredError };
    let trainer = Trainer::new(loss, Sgd::new(0.1));
    let found = trainer.step(&mut network, &mut workspace, &[input], &[target]).unwrap();
    let off = output.value[0] - target.value[0];
    let expected = -output.policy[target.policy].ln() + 0.5 * off * off;
    assert!((found - expected).abs() < 1e-5, "{found} {expected}");
    assert_eq!(workspace.outputs()[0].value, output.value);
}

network! {
    /// Outputs that go nowhere else and outputs that other layers take, each of a layer, of a layer of layers and of one that is used again.
    struct Ends: (words: [2, 3]) -> (steps: [2, 3], odds: [2], again: [2], last: [2], rest: [2, 3]) {
        steps: TimeDistributed<Dense<3, 3, Softmax>>(words),
        sum: Add(steps, words),
        over: MeanOverTime(sum),
        odds: Dense<3, 2, Sigmoid>(over),
        wider: Dense<2, 3, Tanh>(odds),
        again: odds(wider),
        odd: Dense<2, 3, Tanh>(again),
        last: odds(odd),
        rest: TimeDistributed<Dense<3, 3, Softmax>>(sum),
    }
}

#[test]
fn each_loss_is_differentiated_through_what_its_output_ends_in() {
    let mse = MeanSquaredError;
    let loss =
        EndsLoss { steps: mse, odds: mse, again: 3.0 * mse, last: BinaryCrossEntropy, rest: CrossEntropy::new() };
    let check = congruent::testing::GradientCheck::new().seeds(5).numbers(usize::MAX);
    let draw = |rng: &mut dyn congruent::rand::Rng| {
        let mut number = || (rng.next_u32() % 100) as f32 / 100.0;
        let mut pair = || [number(), number()];
        let (odds, again, last, steps) = (pair(), pair(), pair(), [[0.1, 0.5, 0.4], [0.3, 0.3, 0.4]]);
        let rest = pair().map(|number| (number * 3.0) as usize);
        EndsTarget { steps, odds, again, last, rest }
    };
    check.loss::<Ends, _>(loss, draw).unwrap();
}

#[test]
fn metrics_are_of_one_output() {
    let (inputs, targets): (Vec<_>, Vec<_>) = (0..11).map(sample).unzip();
    type Target = ActorCriticTarget<usize, [f32; 1]>;
    let accuracy =
        || OfOutput::<_, ActorCriticOutput, Target, _, _>::new("policy", Accuracy::new(), |o| &o.policy, |t| &t.policy);
    let loss = ActorCriticLoss { policy: CrossEntropy::new(), value: MeanSquaredError };
    let mut network = ActorCritic::seeded(1);
    let data = Dataset::new(inputs.clone(), targets.clone()).unwrap();
    let fit = Fit::new(loss, Adam::new(0.01)).epochs(60).metric(accuracy()).progress(ProgressMode::Quiet);
    let history = fit.run(&mut network, &data).unwrap();
    let outputs = network.predict(&inputs);
    let right = outputs
        .iter()
        .zip(&targets)
        .filter(|(output, target)| output.policy.iter().all(|other| *other <= output.policy[target.policy]));
    let expected = right.count() as f64 / 11.0;
    let mut metric = accuracy();
    assert_eq!(congruent::metric::Metric::measure(&mut metric, &outputs, &targets), expected);
    assert!(format!("{history:?}").contains("policy accuracy"));
}
