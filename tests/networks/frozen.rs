//! `#[frozen]`: what is left out, what stays as it is, and that the chain rule still goes through.

#![cfg(feature = "std")]

use congruent::prelude::*;
use congruent::{Gradient, Layer, Parameters};

network! {
    struct Whole: [8] -> [3] {
        first: Dense<8, 16, Gelu>,
        norm: LayerNorm,
        middle: Dense<_, 12, Tanh>,
        output: Dense<_, 3, Softmax>,
    }
}

network! {
    /// Only the last layer learns.
    struct Head: [8] -> [3] {
        #[frozen]
        first: Dense<8, 16, Gelu>,
        #[frozen]
        norm: LayerNorm,
        #[frozen]
        middle: Dense<_, 12, Tanh>,
        output: Dense<_, 3, Softmax>,
    }
}

network! {
    /// The last and the first layer learn.
    struct Ends: [8] -> [3] {
        first: Dense<8, 16, Gelu>,
        #[frozen]
        norm: LayerNorm,
        #[frozen]
        middle: Dense<_, 12, Tanh>,
        output: Dense<_, 3, Softmax>,
    }
}

const INPUTS: [[f32; 8]; 4] = [
    [0.1, -0.2, 0.3, 0.9, -1.0, 0.5, 0.0, 0.7],
    [-0.6, 0.4, 1.0, -0.3, 0.2, 0.8, -0.9, 0.1],
    [0.5, 0.5, -0.5, 0.0, 1.0, -1.0, 0.3, -0.7],
    [0.0, 1.0, 0.2, -0.8, 0.6, 0.1, 0.4, -0.1],
];
const CLASSES: [u8; 4] = [0, 1, 2, 1];

/// A network of another type with the parameters of `whole`.
fn alike<N: Network>(whole: &Whole) -> congruent::Boxed<N> {
    let mut network = N::seeded(0);
    network.as_flat_mut().copy_from_slice(whole.as_flat());
    network
}

/// The sum of the gradients of one batch.
fn gradient_of<N, const C: usize>(network: &N) -> [f32; C]
where
    N: Network<Input = [f32; 8], Output = [f32; 3], Head = Softmax>,
{
    let mut workspace = Workspace::<N, Sgd, 4>::boxed();
    Trainer::new(CrossEntropy::new(), Sgd::new(0.1)).accumulate(network, &mut workspace, &INPUTS, &CLASSES).unwrap();
    workspace.gradient().as_flat().try_into().unwrap()
}

const FIRST: usize = 8 * 16 + 16;
const OUTPUT: usize = 12 * 3 + 3;

#[test]
fn constants_count_what_is_trained() {
    assert_eq!((Whole::TRAINED, Whole::PARAMETERS), (419, 419));
    assert_eq!((Head::TRAINED, Head::PARAMETERS), (OUTPUT, 419));
    assert_eq!((Ends::TRAINED, Ends::PARAMETERS), (FIRST + OUTPUT, 419));
    assert_eq!(size_of::<<Head as Layer>::Gradient>(), 4 * OUTPUT);
    assert_eq!(Whole::INFERENCE_BYTES, Head::INFERENCE_BYTES);
    // gradient and two moments of 380 parameters, of which 4 bytes each
    let (head, whole) = (Workspace::<Head, Adam, 1>::BYTES, Workspace::<Whole, Adam, 1>::BYTES);
    assert!(whole - head > 3 * 4 * 380, "{whole} against {head}");
}

#[test]
fn what_is_trained_has_the_same_gradient_as_if_all_were() {
    let whole = Whole::seeded(3);
    let all = gradient_of::<_, 419>(&*whole);
    let head = gradient_of::<_, OUTPUT>(&*alike::<Head>(&whole));
    let ends = gradient_of::<_, { FIRST + OUTPUT }>(&*alike::<Ends>(&whole));
    assert_eq!(head, all[419 - OUTPUT..]);
    assert_eq!(ends[..FIRST], all[..FIRST]);
    assert_eq!(ends[FIRST..], all[419 - OUTPUT..]);
}

/// The parameters before and after many steps.
fn trained<N>() -> [Vec<f32>; 2]
where
    N: Network<Input = [f32; 8], Output = [f32; 3], Head = Softmax>,
{
    let mut network = N::seeded(4);
    let before = network.as_flat().to_vec();
    let mut workspace = Workspace::<N, AdamW, 4>::boxed();
    let trainer = Trainer::new(CrossEntropy::new(), AdamW::new(0.01)).clip_norm(1.0);
    let first = trainer.step(&mut *network, &mut workspace, &INPUTS, &CLASSES).unwrap();
    let mut last = first;
    for _ in 0..200 {
        last = trainer.step(&mut *network, &mut workspace, &INPUTS, &CLASSES).unwrap();
    }
    assert!(last < 0.5 * first, "{first} fell to {last} only");
    [before, network.as_flat().to_vec()]
}

#[test]
fn frozen_parameters_stay_bit_for_bit_and_the_others_learn() {
    let [before, after] = trained::<Head>();
    assert_eq!(before[..419 - OUTPUT], after[..419 - OUTPUT]);
    let [before, after] = trained::<Ends>();
    assert_eq!(before[FIRST..419 - OUTPUT], after[FIRST..419 - OUTPUT]);
    assert!((0..FIRST).any(|i| before[i] != after[i]));
}

network! {
    struct Dropping: [8] -> [3] {
        first: Dense<8, 16, Gelu>,
        #[frozen]
        drop: Dropout<0.5>,
        output: Dense<_, 3, Softmax>,
    }
}
network! { struct Plain: [8] -> [3] { first: Dense<8, 16, Gelu>, output: Dense<_, 3, Softmax> } }

#[test]
fn a_frozen_dropout_drops_nothing() {
    let dropping = Dropping::seeded(1);
    let plain = Plain::seeded(1);
    assert_eq!(dropping.as_flat(), plain.as_flat());
    assert_eq!(gradient_of::<_, { FIRST + 51 }>(&*dropping), gradient_of::<_, { FIRST + 51 }>(&*plain));
}

network! { struct Flat: [2, 4] -> [3] { flat: Flatten, first: Dense<8, 16, Gelu>, output: Dense<_, 3, Softmax> } }
network! { struct Nested: [8] -> [3] { #[frozen] read: Dense<8, 16, Gelu>, judge: Judge } }
network! { struct Judge: [16] -> [3] { drop: Dropout<0.0>, output: Dense<16, 3, Softmax> } }
network! { struct Within: [8] -> [3] { inner: Inner, output: Dense<_, 3, Softmax> } }
network! { struct Inner: [8] -> [16] { #[frozen] first: Dense<8, 8, Gelu>, second: Dense<8, 16, Relu> } }

#[test]
fn nothing_is_computed_for_what_learns_nothing_and_the_rest_is_right() {
    let flat = Flat::seeded(1);
    let plain = Plain::seeded(1);
    let shaped = INPUTS.map(|x| [[x[0], x[1], x[2], x[3]], [x[4], x[5], x[6], x[7]]]);
    let mut workspace = Workspace::<Flat, Sgd, 4>::boxed();
    let trainer = Trainer::new(CrossEntropy::new(), Sgd::new(0.1));
    trainer.accumulate(&*flat, &mut workspace, &shaped, &CLASSES).unwrap();
    assert_eq!(workspace.gradient().as_flat(), gradient_of::<_, { FIRST + 51 }>(&*plain));
}

#[test]
fn networks_with_frozen_layers_nest() {
    assert_eq!((Nested::TRAINED, Within::TRAINED), (51, 8 * 16 + 16 + 51));
    let nested = gradient_of::<_, 51>(&*Nested::seeded(1));
    assert_eq!(nested, gradient_of::<_, { FIRST + 51 }>(&*Plain::seeded(1))[FIRST..]);
    let [before, after] = trained::<Within>();
    assert_eq!(before[..72], after[..72]);
    assert!((72..before.len()).all(|i| before[i] != after[i] || before[i] == 0.0));
}

#[test]
fn the_gradient_by_the_input_is_there_when_asked_for() {
    let network = Flat::seeded(1);
    let x = [[[0.1, -0.2, 0.3, 0.9], [-1.0, 0.5, 0.0, 0.7]]];
    let (mut y, mut dy, mut dx) = ([[0.0; 3]], [[1.0, -2.0, 0.5]], [[[9.0; 4]; 2]]);
    let mut tape = congruent::zeroed_box::<<Flat as Layer>::Tape<1>>();
    let mut gradient = congruent::zeroed_box::<<Flat as Layer>::Gradient>();
    network.forward_logits::<1>(&x, &mut y, &mut tape, &mut congruent::Pass::new(0, 0, 0));
    let dx: &mut [Gradient<[[f32; 4]; 2]>] = &mut dx;
    network.backward_logits::<1>(&x, &y, &mut tape, &mut dy, Some(dx), &mut gradient);
    assert!(dx[0].as_flat().iter().all(|d| *d != 9.0 && *d != 0.0));
    const { assert!(<Flat as Layer>::REACHES_INPUT && !<Head as Layer>::REACHES_INPUT) };
}
