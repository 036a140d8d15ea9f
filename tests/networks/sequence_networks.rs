//! Networks over sequences, declared by `network!`: their shapes, their counts, and that they learn.

#![cfg(feature = "std")]

use congruent::data::Dataset;
use congruent::fit::FitErrorKind;
use congruent::{Gru, GruState, InputError, Layer, Network, Parameters, Shape, network, prelude::*};

const STEPS: usize = 6;
const FEATURES: usize = 3;
const HIDDEN: usize = 5;

network! {
    /// Fixed length, all by numbers.
    struct Plain: [6, 3] -> [4] {
        first: Lstm<3, 5>,
        second: Gru<_, 5, return = last>,
        output: Dense<_, 4, Softmax>,
    }
}
network! {
    /// The same, up to a length, by constants.
    struct Named: [..STEPS, FEATURES] -> [4] {
        first: Lstm<FEATURES, HIDDEN, return = all>,
        second: Gru<HIDDEN, HIDDEN>,
        last: LastStep,
        output: Dense<HIDDEN, 4, Softmax>,
    }
}
network! {
    struct Words: [..12] -> [2] {
        embed: Embedding<20, 4>,
        drop: Dropout<0.1>,
        norm: LayerNorm<4>,
        squash: Tanh,
        read: Lstm<4, 3, bidirectional = true>,
        mean: MeanOverTime,
        output: Dense<6, 2, Softmax>,
    }
}
network! {
    struct Tags: [..12] -> [..12, 5] {
        embed: Embedding<20, 4>,
        read: Rnn<4, HIDDEN, Relu, bidirectional = true, truncate = 4>,
        output: TimeDistributed<Dense<_, 7, Relu>, Dense<7, 5, Softmax>>,
    }
}
network! { struct Whole: [12] -> [12, 5] { embed: Embedding<20, 4>, output: TimeDistributed<Dense<4, 5>> } }
network! { struct Ended: [9, 2] -> [8] { only: Gru<2, 4, return = last, bidirectional = true> } }
network! { struct Flat: [4, 2] -> [3] { steps: Rnn<2, 3>, flat: Flatten, output: Dense<12, 3> } }
network! { struct Kept: [4, 2] -> [4, 2] { skip: Residual<Gru<2, 2>>, drop: Dropout<0.5>, act: Relu } }
// sentences of words
network! {
    struct Text: [3, 12] -> [2] {
        sentences: TimeDistributed<Embedding<20, 4>, Gru<4, 5, return = last>>,
        text: Gru<_, 6, return = last>,
        output: Dense<6, 2>,
    }
}
network! { struct Nested { words: Tags, last: LastStep, output: Dense<5, 2> } }
type Listed = network![[..8, 2] -> [3]; Lstm<_, 4>, MeanOverTime, Dense<_, 3>];

fn shapes<N: Network>() -> [String; 2] {
    [N::Input::DIMS.to_string(), N::Output::DIMS.to_string()]
}

#[test]
fn mappings_give_the_shapes() {
    assert_eq!(shapes::<Plain>(), ["[6, 3]", "[4]"]);
    assert_eq!(shapes::<Named>(), ["[..6, 3]", "[4]"]);
    assert_eq!(shapes::<Words>(), ["[..12] of tokens", "[2]"]);
    assert_eq!(shapes::<Tags>(), ["[..12] of tokens", "[..12, 5]"]);
    assert_eq!(shapes::<Whole>(), ["[12] of tokens", "[12, 5]"]);
    assert_eq!(shapes::<Text>(), ["[3, 12] of tokens", "[2]"]);
    assert_eq!(shapes::<Nested>(), ["[..12] of tokens", "[2]"]);
    assert_eq!(shapes::<Listed>(), ["[..8, 2]", "[3]"]);
}

#[test]
fn parameters_and_products_are_counted() {
    let plain = 4 * 5 * (3 + 5 + 2) + 3 * 5 * (5 + 5 + 2) + 6 * 4;
    assert_eq!([Plain::PARAMETERS, Named::PARAMETERS], [plain, plain]);
    assert_eq!(Plain::MACS, 6 * (4 * 5 * (3 + 5) + 3 * 5 * (5 + 5)) + 5 * 4);
    assert_eq!(Words::PARAMETERS, 20 * 4 + 8 + 2 * 4 * 3 * (4 + 3 + 2) + 7 * 2);
    assert_eq!(Tags::MACS, 12 * (2 * 5 * (4 + 5) + 10 * 7 + 7 * 5));
    assert_eq!(Ended::PARAMETERS, 2 * 3 * 4 * (2 + 4 + 2));
    assert_eq!(Listed::COUNT, 4 * 4 * (2 + 4 + 2) + 5 * 3);
    assert_eq!(
        (Flat::PARAMETERS, Kept::PARAMETERS, Text::PARAMETERS),
        (21 + 39, 36, 80 + 3 * 5 * 11 + 3 * 6 * 13 + 14)
    );
}

#[test]
fn tensors_have_the_names_of_pytorch() {
    let names: Vec<String> = Tags::LAYOUT.tensors().map(|tensor| format!("{tensor:?}")).collect();
    assert_eq!(
        names,
        [
            "embed.weight: [20, 4]",
            "read.weight_ih_l0: [5, 4]",
            "read.weight_hh_l0: [5, 5]",
            "read.bias_ih_l0: [5]",
            "read.bias_hh_l0: [5]",
            "read.weight_ih_l0_reverse: [5, 4]",
            "read.weight_hh_l0_reverse: [5, 5]",
            "read.bias_ih_l0_reverse: [5]",
            "read.bias_hh_l0_reverse: [5]",
            "output.0.weight: [7, 10]",
            "output.0.bias: [7]",
            "output.1.weight: [5, 7]",
            "output.1.bias: [5]",
        ]
    );
    let names: Vec<String> = Words::LAYOUT.tensors().map(|tensor| tensor.name().to_owned()).collect();
    assert_eq!(names[1..3], ["norm.weight", "norm.bias"]);
    let names: Vec<String> = Whole::LAYOUT.tensors().map(|tensor| tensor.name().to_owned()).collect();
    assert_eq!(names, ["embed.weight", "output.weight", "output.bias"]);
}

/// A recurrent layer of a network can be taken step by step.
#[test]
fn a_layer_of_a_network_is_stepped() {
    network! { struct Sensor: [..9, 2] -> [4] { read: Gru<2, 4, return = last> } }
    let sensor = Sensor::seeded(1);
    let inputs = [[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]];
    let mut state = GruState { h: [0.0; 4] };
    for input in &inputs {
        sensor.read.step(&mut state, input);
    }
    assert_eq!(sensor.forward(&Padded::new(&inputs).unwrap()), state.h);
    let _: &Gru<2, 4, Padded<[f32; 2], 9>, congruent::layers::Last> = &sensor.read;
}

/// Sequences whose class is told by their first step alone, which the last state has to remember.
fn first_steps(count: usize) -> Dataset<Padded<[f32; 3], 6>, usize> {
    let sample = |n: usize| {
        let class = n * 7 % 4;
        let mut steps = [[0.0; 3]; 6];
        steps[0] = [(class & 1) as f32, (class >> 1) as f32, 1.0];
        for (t, step) in steps.iter_mut().enumerate().skip(1) {
            *step = [((n + t) % 3) as f32 - 1.0, ((n * t) % 5) as f32 / 5.0, 0.0];
        }
        (Padded::first_of(steps, 1 + n % 6).unwrap(), class)
    };
    let (inputs, targets) = (0..count).map(sample).unzip();
    Dataset::new(inputs, targets).unwrap()
}

#[test]
fn what_is_long_ago_is_remembered() {
    let data = first_steps(240);
    let mut network = Named::seeded(3);
    let history = Fit::new(CrossEntropy::new(), Adam::new(0.02))
        .epochs(60)
        .metric(Accuracy::new())
        .progress(ProgressMode::Quiet)
        .run(&mut *network, &data)
        .unwrap();
    let last = history.epochs.last().unwrap();
    assert!(last.metrics[0].1 > 0.99, "{last:?}");
}

#[test]
fn tokens_beyond_the_vocabulary_are_reported_before_training() {
    let sentence = |words: &[u32]| Padded::new(&words.iter().copied().map(Token).collect::<Vec<_>>()).unwrap();
    let good = vec![sentence(&[1, 2, 19]), sentence(&[0])];
    let bad = vec![sentence(&[1]), sentence(&[3, 4, 20, 21])];
    let dataset = |inputs: &[Padded<Token, 12>]| Dataset::new(inputs.to_vec(), vec![0_usize, 1]).unwrap();
    let mut network = Words::seeded(1);
    let before = network.embed.weight;
    let fit = || Fit::new(CrossEntropy::new(), Adam::new(0.1)).progress(ProgressMode::Quiet);

    let error = fit().run(&mut *network, &dataset(&bad)).unwrap_err();
    let expected =
        "sample 1 of the training set: token 20 at step 2, in a vocabulary of 20, where tokens count from 0 to 19";
    assert_eq!(error.to_string(), expected);
    let error = fit().validation(&dataset(&bad)).run(&mut *network, &dataset(&good)).unwrap_err();
    let expected = InputError::Token { token: 20, step: 2, vocabulary: 20 };
    assert!(
        matches!(error.kind, FitErrorKind::Input { set: "validation", sample: 1, error } if error == expected),
        "{error}"
    );
    assert_eq!(network.embed.weight, before);

    let mut workspace = Workspace::<Words, Sgd, 2>::boxed();
    let error =
        Trainer::new(CrossEntropy::new(), Sgd::new(0.1)).step(&mut *network, &mut workspace, &bad, &[0_usize, 1]);
    assert_eq!(error, Err(BatchError::Input { sample: 1, error: expected }));
    // inference does not mind
    assert!(network.forward(&bad[1]).iter().all(|p| p.is_finite()));
    assert!(fit().run(&mut *network, &dataset(&good)).is_ok());
    // nested, and for each sentence of a text
    fn check<N: Layer>(input: &N::Input) -> Result<(), InputError> {
        N::check_input(input)
    }
    assert_eq!(check::<Nested>(&bad[1]), Err(expected));
    let mut text = [[Token(0); 12]; 3];
    assert_eq!(check::<Text>(&text), Ok(()));
    text[2][4] = Token(99);
    assert_eq!(check::<Text>(&text), Err(InputError::Token { token: 99, step: 4, vocabulary: 20 }));
}

/// Each word has its tag, but for one whose tag is that of the word after it.
fn tagged(count: usize) -> Dataset<Padded<Token, 12>, Padded<Token, 12>> {
    let sample = |n: usize| {
        let words: [u32; 12] = core::array::from_fn(|t| ((n * 13 + t * t * 7 + n * t) % 20) as u32);
        let tag = |t: usize| if words[t] == 19 { words[(t + 1) % 12] % 5 } else { words[t] % 5 };
        let length = 4 + n % 9;
        let tags = core::array::from_fn(|t| Token(if t + 1 < length { tag(t) } else { words[t] % 5 }));
        (Padded::first_of(words.map(Token), length).unwrap(), Padded::first_of(tags, length).unwrap())
    };
    let (inputs, targets) = (0..count).map(sample).unzip();
    Dataset::new(inputs, targets).unwrap()
}

#[test]
fn each_step_gets_its_tag() {
    let data = tagged(200);
    let mut network = Tags::seeded(2);
    let history = Fit::new(CrossEntropy::new(), Adam::new(0.02))
        .epochs(40)
        .metric(Accuracy::new())
        .progress(ProgressMode::Quiet)
        .run(&mut *network, &data)
        .unwrap();
    assert!(history.epochs.last().unwrap().loss < 0.1, "{:?}", history.epochs.last());
    let outputs = network.predict(data.inputs());
    assert!(outputs.iter().zip(data.targets()).all(|(output, target)| output.length() == target.length()));
    let accuracy = Accuracy::new().measure(&outputs, data.targets());
    assert!(accuracy > 0.97, "{accuracy}");
}

#[test]
fn the_others_run() {
    let rows = core::array::from_fn(|t| [t as f32 * 0.1, 1.0]);
    assert!(Ended::seeded(1).forward(&core::array::from_fn(|t| [t as f32, 0.5])).iter().all(|y| y.abs() < 1.0));
    assert!(Flat::seeded(1).forward(&rows).iter().all(|y| y.is_finite()));
    assert!(Kept::seeded(1).forward(&rows).iter().flatten().all(|y| *y >= 0.0));
    assert!(Text::seeded(1).forward(&[[Token(3); 12]; 3]).iter().all(|y| y.is_finite()));
    assert!(Whole::seeded(1).forward(&[Token(3); 12]).iter().flatten().all(|y| y.is_finite()));
    let listed = Listed::seeded(1).forward(&Padded::new(&[[1.0, 2.0]]).unwrap());
    assert!(listed.iter().all(|y| y.is_finite()));
    assert!(Tags::SUMMARY.to_string().contains("[..12, 10]"));
}
