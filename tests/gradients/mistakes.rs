//! Mistakes in layers and losses, each of which is found.

use congruent::layer::{Layer, Pass};
use congruent::testing::{GradientError, check_gradients};
use congruent::{Dense, Init, Padded, Parameters, Sequence, prelude::*};
use rand::Rng;

/// What is wrong with a scale.
const RIGHT: u8 = 0;
const HALF_AS_STEEP: u8 = 1;
const INPUT: u8 = 2;
const SET: u8 = 3;
const LAZY: u8 = 4;
const ROUNDED: u8 = 5;
const BEHIND: u8 = 6;

/// `y = w x²` of each step, with a mistake.
#[derive(Parameters)]
#[repr(C)]
struct Scale<const MISTAKE: u8> {
    weight: f32,
}

type Steps = Padded<[f32; 2], 3>;

impl<const MISTAKE: u8> Layer for Scale<MISTAKE> {
    type Input = Steps;
    type Output = Steps;
    type Head = Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();
    const MACS: u64 = 12;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {
        self.weight = 1.0;
    }

    fn infer<const B: usize>(&self, inputs: &[Steps], outputs: &mut [Steps], _scratch: &mut ()) {
        self.forward::<B>(inputs, outputs, &mut (), &mut Pass::new(0, 0, 0));
    }

    fn forward<const B: usize>(&self, inputs: &[Steps], outputs: &mut [Steps], _: &mut (), _: &mut Pass) {
        for (x, y) in inputs.iter().zip(outputs) {
            let all = x.buffer().as_flattened().iter().sum::<f32>();
            let steps = y.begin(x.length()).as_flattened_mut().iter_mut().zip(x.steps().as_flattened());
            for (y, x) in steps {
                *y = self.weight * x * x;
                *y += if MISTAKE == BEHIND { all } else { 0.0 };
                *y = if MISTAKE == ROUNDED { y.round() } else { *y };
            }
        }
    }

    fn backward<const B: usize>(
        &self,
        inputs: &[Steps],
        _: &[Steps],
        _: &mut (),
        output_gradients: &mut [Steps],
        input_gradients: Option<&mut [Steps]>,
        gradient: &mut Self,
    ) {
        let lazy = MISTAKE == LAZY && input_gradients.is_none();
        let steps = || {
            inputs
                .iter()
                .zip(&*output_gradients)
                .flat_map(|(x, dy)| x.steps().as_flattened().iter().zip(numbers(dy, x)))
        };
        let mut sum: f32 = steps().map(|(x, dy)| x * x * dy).sum();
        sum *= if MISTAKE == HALF_AS_STEEP { 0.5 } else { 1.0 };
        sum *= if lazy { 0.0 } else { 1.0 };
        gradient.weight = if MISTAKE == SET { sum } else { gradient.weight + sum };
        let by_input = |x: f32| self.weight * x * if MISTAKE == INPUT { 1.0 } else { 2.0 };
        for ((dx, x), dy) in input_gradients.into_iter().flatten().zip(inputs).zip(&*output_gradients) {
            let each = dx.steps_mut().as_flattened_mut().iter_mut().zip(x.steps().as_flattened());
            each.zip(numbers(dy, x)).for_each(|((dx, x), dy)| *dx = by_input(*x) * dy);
        }
    }
}

/// The numbers of a gradient, as many as the sequence has that it is of.
fn numbers<'a>(gradient: &'a Steps, of: &Steps) -> &'a [f32] {
    &gradient.buffer().as_flattened()[..2 * of.length()]
}

fn found<const MISTAKE: u8>() -> String {
    check_gradients::<Scale<MISTAKE>>().map_or_else(|error| error.to_string(), |()| String::new())
}

#[track_caller]
fn assert_found<const MISTAKE: u8>(expected: &str) {
    let found = found::<MISTAKE>();
    assert!(found.contains(expected), "found: {found}");
}

#[test]
fn what_is_right_passes() {
    assert_eq!(found::<RIGHT>(), "");
    check_gradients::<Dense<3, 4, Softmax>>().unwrap();
}

#[test]
fn each_mistake_is_found_and_named() {
    assert_found::<HALF_AS_STEEP>("seed 0, batch of 1, outputs: the derivative by `weight[0]` is");
    assert_found::<INPUT>("the derivative by input number 0 of the batch is");
    assert_found::<SET>("two backward passes do not add up");
    assert_found::<LAZY>("another one when those by the inputs are not asked for");
    assert_found::<ROUNDED>("the derivative by");
    assert_found::<BEHIND>("an output is not finite (behind the end of each sequence that goes in there is NaN)");
}

#[test]
fn words_are_drawn_from_the_vocabulary() {
    network! { struct Words: [..4] -> [..4, 2] { embedding: Embedding<5, 3>, gru: Gru<3, 2> } }
    check_gradients::<Words>().unwrap();
}

/// A gradient that leaves out what it trains.
#[derive(Parameters)]
#[repr(C)]
struct Fewer {
    weights: [f32; 3],
}

#[derive(Parameters)]
#[repr(C)]
struct FewerGradient([f32; 3]);

impl congruent::GradientOf<Fewer> for FewerGradient {
    const TRAINED: usize = 3;

    fn pairs(&mut self, layer: &mut Fewer, visit: &mut dyn FnMut(&mut [f32], &mut [f32])) {
        visit(&mut layer.weights[..2], &mut self.0[..2]);
    }
}

impl Layer for Fewer {
    type Input = [f32; 3];
    type Output = [f32; 3];
    type Head = Linear;
    type Gradient = FewerGradient;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();
    const MACS: u64 = 0;

    fn initialize(&mut self, _: Init, _: &mut dyn Rng) {}
    fn infer<const B: usize>(&self, _: &[[f32; 3]], _: &mut [[f32; 3]], _: &mut ()) {}
    fn forward<const B: usize>(&self, _: &[[f32; 3]], _: &mut [[f32; 3]], _: &mut (), _: &mut Pass) {}
    fn backward<const B: usize>(
        &self,
        _: &[[f32; 3]],
        _: &[[f32; 3]],
        _: &mut (),
        _: &mut [[f32; 3]],
        _: Option<&mut [[f32; 3]]>,
        _: &mut FewerGradient,
    ) {
    }
}

#[test]
fn trained_parameters_are_counted() {
    let error = check_gradients::<Fewer>().unwrap_err();
    assert!(matches!(error, GradientError::Trained { visited: 2, stated: 3, .. }), "{error}");
}
