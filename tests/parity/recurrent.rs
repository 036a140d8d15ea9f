//! Parity with PyTorch of the layers over sequences, against the file that `golden/recurrent.py` writes; and what is theirs alone: that
//! padding changes nothing, and that a sequence may come step by step.

#![cfg(feature = "std")]

use congruent::layer::Gradient;
use congruent::layers::{All, Cell, CellState, Last, Recurrent};
use congruent::plain::{Parameters, Plain, cast, flatten_mut, zeroed};
use congruent::shape::{Shape, Tensor};
use congruent::{
    Bidirectional, Chain, Embedding, Gru, LastStep, Layer, Lstm, MeanOverTime, Padded, Pass, Rnn, Sequence,
    TimeDistributed, Token, prelude::*,
};

use crate::golden::Golden;

const LENGTHS: [usize; 4] = [3, 5, 1, 5];

/// A shape that is made of a row of samples in a golden file.
trait Fixture: Shape {
    /// The samples, with what cannot be a number behind the end of each.
    fn read(golden: &Golden, name: &str) -> Vec<Self>;
    /// The samples with zeros behind the end of each.
    fn check(golden: &Golden, name: &str, found: &[Self]);
    /// All its numbers, also those behind the end.
    fn numbers(&mut self) -> &mut [f32];
}

impl<S: Tensor, const T: usize> Fixture for [S; T] {
    fn read(golden: &Golden, name: &str) -> Vec<Self> {
        golden.samples(name)
    }

    fn check(golden: &Golden, name: &str, found: &[Self]) {
        golden.check(name, found);
    }

    fn numbers(&mut self) -> &mut [f32] {
        self.as_flat_mut()
    }
}

impl<const F: usize, const T: usize> Fixture for Padded<[f32; F], T> {
    fn read(golden: &Golden, name: &str) -> Vec<Self> {
        let samples = golden.samples::<[[f32; F]; T]>(name).into_iter().zip(LENGTHS);
        let padded = samples.map(|(mut steps, length)| {
            steps[length..].fill([f32::NAN; F]);
            Padded::first_of(steps, length).unwrap()
        });
        padded.collect()
    }

    fn check(golden: &Golden, name: &str, found: &[Self]) {
        let tensors: Vec<[[f32; F]; T]> = found
            .iter()
            .map(|sequence| core::array::from_fn(|t| sequence.steps().get(t).copied().unwrap_or([0.0; F])))
            .collect();
        golden.check(name, &tensors);
        assert!(found.iter().map(Padded::length).eq(LENGTHS));
    }

    fn numbers(&mut self) -> &mut [f32] {
        self.buffer_mut().as_flattened_mut()
    }
}

/// The numbers of several, one after the other.
fn all_numbers<S: Fixture>(values: &mut [S]) -> Vec<f32> {
    values.iter_mut().flat_map(|value| value.numbers().to_vec()).collect()
}

/// Behind the end of a sequence, whose derivative a layer must not read.
fn spoil<S: Fixture>(dy: &mut [Gradient<S>]) {
    if S::DIMS.is_at_most() {
        for (dy, length) in dy.iter_mut().zip(LENGTHS) {
            let flat = dy.numbers();
            let end = flat.len() / 5 * length;
            flat[end..].fill(f32::NAN);
        }
    }
}

/// Checks inference, forward, and all derivatives of a layer whose parameters, in order, are the numbers of an array.
fn check<L: Layer<Input: Fixture, Output: Fixture> + Parameters>(name: &str) -> Box<L> {
    let golden = Golden::read("recurrent.txt");
    let mut layer = Box::new(zeroed::<L>());
    layer.as_flat_mut().copy_from_slice(golden.values(&format!("{name}/parameters")));
    let x = L::Input::read(&golden, &format!("{name}/x"));
    let mut y = vec![zeroed(); x.len()];
    layer.infer::<6>(&x, &mut y, &mut zeroed());
    L::Output::check(&golden, &format!("{name}/y"), &y);

    let mut tape = Box::new(zeroed::<L::Tape<6>>());
    y.fill(zeroed());
    layer.forward::<6>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
    L::Output::check(&golden, &format!("{name}/y"), &y);

    let mut dy: Vec<Gradient<L::Output>> = vec![zeroed(); x.len()];
    let given = golden.values(&format!("{name}/dy"));
    for (dy, given) in dy.iter_mut().zip(given.chunks(given.len() / x.len())) {
        dy.numbers().copy_from_slice(given);
    }
    spoil::<L::Output>(&mut dy);
    let mut dx: Vec<Gradient<L::Input>> = vec![zeroed(); x.len()];
    dx.iter_mut().for_each(|dx| dx.numbers().fill(f32::NAN));
    let mut gradient = Box::new(zeroed::<L::Gradient>());
    layer.backward::<6>(&x, &y, &mut tape, &mut dy, Some(&mut dx), &mut gradient);
    golden.check(&format!("{name}/dx"), &all_numbers(&mut dx));
    golden.check(&format!("{name}/gradient"), gradient.as_flat());
    layer
}

/// Checks the state in which a layer ends, and that what comes step by step has the same bits.
fn check_steps<C: Cell, S, R: 'static, const K: usize>(layer: &Recurrent<C, 3, 6, S, R, K>, name: &str)
where
    S: Sequence<Step = [f32; 3]> + Fixture,
    Recurrent<C, 3, 6, S, R, K>: Layer<Input = S>,
{
    let golden = Golden::read("recurrent.txt");
    let x = S::read(&golden, &format!("{name}/x"));
    let all: Recurrent<C, 3, 6, S, All, K> = {
        let mut all = zeroed::<Recurrent<C, 3, 6, S, All, K>>();
        all.as_flat_mut().copy_from_slice(layer.as_flat());
        all
    };
    let mut y = vec![zeroed(); x.len()];
    all.infer::<6>(&x, &mut y, &mut zeroed());
    let mut states: Vec<C::State<6>> = Vec::new();
    for (x, y) in x.iter().zip(&y) {
        let mut state: C::State<6> = zeroed();
        let steps: Vec<[f32; 6]> = x.steps().iter().map(|input| layer.step(&mut state, input)).collect();
        assert_eq!(steps, y.steps());
        assert_eq!(state.h(), steps.last().unwrap());
        states.push(state);
    }
    golden.check(&format!("{name}/state"), &states);
}

/// From states that are given to those in which sequences end, and the derivatives back.
fn check_states<C: Cell>(mut layer: Recurrent<C, 3, 6, Short, All, 0>, name: &str) {
    let golden = Golden::read("recurrent.txt");
    layer.as_flat_mut().copy_from_slice(golden.values(&format!("{name}/parameters")));
    let x = Short::read(&golden, &format!("{name}/x"));
    let start = states::<C>(&golden, &format!("{name}/start"));
    let (mut y, mut end) = (vec![Padded::from([[0.0; 6]; 5]); 4], vec![zeroed(); 4]);
    layer.infer_from::<5>(&x, &start, &mut y, &mut end, &mut zeroed());
    Fixture::check(&golden, &format!("{name}/y"), &y);
    golden.check(&format!("{name}/end"), &end);

    let mut tape = Box::new(zeroed());
    (y, end) = (vec![Padded::from([[0.0; 6]; 5]); 4], vec![zeroed(); 4]);
    layer.forward_from::<5>(&x, &start, &mut y, &mut end, &mut tape);
    Fixture::check(&golden, &format!("{name}/y"), &y);
    golden.check(&format!("{name}/end"), &end);

    let dy = golden.samples::<[[f32; 6]; 5]>(&format!("{name}/dy"));
    let mut dy: Vec<_> = dy.into_iter().map(Padded::from).collect();
    spoil::<Padded<[f32; 6], 5>>(&mut dy);
    let d_end = states::<C>(&golden, &format!("{name}/d_end"));
    let (mut dx, mut d_start) = (vec![Padded::from([[f32::NAN; 3]; 5]); 4], vec![zeroed(); 4]);
    let mut gradient = Box::new(zeroed());
    layer.backward_from::<5>(&x, &mut tape, (&dy, &d_end), (Some(&mut dx), Some(&mut d_start)), &mut gradient);
    golden.check(&format!("{name}/dx"), &all_numbers(&mut dx));
    golden.check(&format!("{name}/d_start"), &d_start);
    golden.check(&format!("{name}/gradient"), gradient.as_flat());
}

/// States in a golden file.
fn states<C: Cell>(golden: &Golden, name: &str) -> Vec<C::State<6>> {
    let mut states: Vec<C::State<6>> = vec![zeroed(); 4];
    flatten_mut(&mut states).copy_from_slice(golden.values(name));
    states
}

type Whole = [[f32; 3]; 5];
type Short = Padded<[f32; 3], 5>;

/// All cases of a cell, by the name of its layer in the golden file.
macro_rules! cell {
    ($name:ident: $Layer:ident $(, $A:ty)?) => {
        mod $name {
            use super::*;

            type Of<S, R = All, const K: usize = 0> = $Layer<3, 6, S, $($A,)? R, K>;
            /// On top of two directions.
            type Second<S> = $Layer<12, 6, S $(, $A)?>;

            fn name(case: &str) -> String {
                format!("{}/{case}", stringify!($name))
            }

            #[test]
            fn all() {
                check_steps(&check::<Of<Whole>>(&name("all")), &name("all"));
            }

            #[test]
            fn last() {
                check_steps(&check::<Of<Whole, Last>>(&name("last")), &name("last"));
            }

            #[test]
            fn padded() {
                check_steps(&check::<Of<Short>>(&name("padded")), &name("padded"));
            }

            #[test]
            fn padded_last() {
                check_steps(&check::<Of<Short, Last>>(&name("padded/last")), &name("padded/last"));
            }

            #[test]
            fn bidirectional() {
                check::<Bidirectional<Of<Whole>, 12>>(&name("bidirectional"));
            }

            #[test]
            fn bidirectional_padded() {
                check::<Bidirectional<Of<Short>, 12>>(&name("bidirectional/padded"));
            }

            #[test]
            fn bidirectional_last() {
                check::<Bidirectional<Of<Short, Last>, 12>>(&name("bidirectional/last"));
            }

            #[test]
            fn truncated() {
                check::<Of<[[f32; 3]; 7], All, 2>>(&name("truncated"));
            }

            #[test]
            fn stacked() {
                type Two = Chain<
                    Bidirectional<Of<Short>, 12>,
                    Bidirectional<Second<Padded<[f32; 12], 5>>, 12>,
                >;
                check::<Two>(&name("stacked"));
            }

            #[test]
            fn from_states_to_states() {
                check_states(zeroed::<Of<Short>>(), &name("from"));
            }

            #[test]
            fn names_are_those_of_pytorch() {
                names_are::<Of<Short>>(&["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]);
                names_are::<Bidirectional<Of<Short>, 12>>(&[
                    "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0",
                    "weight_ih_l0_reverse", "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse",
                ]);
            }
        }
    };
}

cell!(rnn: Rnn, Tanh);
cell!(relu: Rnn, Relu);
cell!(lstm: Lstm);
cell!(gru: Gru);

fn names_are<L: Parameters>(names: &[&str]) {
    let tensors: Vec<_> = L::LAYOUT.tensors().collect();
    assert!(tensors.iter().map(|tensor| tensor.name()).eq(names.iter().copied()));
    let rows = tensors[0].dims().as_slice()[0];
    let expected: [&[usize]; 4] = [&[rows, 3], &[rows, 6], &[rows], &[rows]];
    for (i, tensor) in tensors.iter().enumerate() {
        assert_eq!(tensor.dims().as_slice(), expected[i % 4], "{tensor:?}");
    }
    assert_eq!(tensors.iter().map(|tensor| tensor.count()).sum::<usize>(), L::COUNT);
}

/// Sentences of tokens from a golden file, of the lengths of all the others; behind their ends stand tokens that do not exist.
fn sentences<T: From<u32> + Plain + Copy>(golden: &Golden, name: &str) -> Vec<Padded<T, 5>> {
    let numbers = golden.samples::<[f32; 5]>(name).into_iter().zip(LENGTHS);
    let padded = numbers.map(|(numbers, length)| {
        let mut tokens = numbers.map(|number| T::from(number as u32));
        tokens[length..].fill(T::from(u32::MAX));
        Padded::first_of(tokens, length).unwrap()
    });
    padded.collect()
}

#[test]
fn a_class_for_each_step() {
    type Words = Padded<Token, 5>;
    type Tagger = congruent::Sequential<
        Chain<
            Embedding<9, 5, Words>,
            Chain<Gru<5, 4, Padded<[f32; 5], 5>>, TimeDistributed<Dense<4, 3, Softmax>, 5, Padded<[f32; 4], 5>>>,
        >,
        congruent::Params<0, 0, 192>,
    >;
    assert_eq!(Tagger::COUNT, 192);
    let golden = Golden::read("recurrent.txt");
    let mut tagger = zeroed::<Tagger>();
    tagger.as_flat_mut().copy_from_slice(golden.values("tagger/parameters"));
    let trainer = Trainer::new(CrossEntropy::new(), Sgd::new(0.1));
    let mut workspace = Workspace::<Tagger, Sgd, 6>::boxed();
    let (x, targets) = (sentences(&golden, "tagger/tokens"), sentences::<Token>(&golden, "tagger/targets"));
    let loss = trainer.accumulate(&tagger, &mut workspace, &x, &targets).unwrap();
    golden.check("tagger/loss", &[loss]);
    let gradient: Vec<f32> = workspace.gradient().as_flat().iter().map(|sum| sum / 4.0).collect();
    golden.check("tagger/gradient", &gradient);

    let mut short = targets.clone();
    short[2] = Padded::new(&[Token(1), Token(2)]).unwrap();
    let error = trainer.accumulate(&tagger, &mut workspace, &x, &short).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sample 2 of the batch: a target of 2 steps for an output of 1; as many of both are expected"
    );
}

#[test]
fn words_to_classes() {
    type Words = Padded<Token, 5>;
    type Steps = Padded<[f32; 4], 5>;
    type Reader = Chain<
        Chain<Embedding<9, 5, Words>, Lstm<5, 4, Padded<[f32; 5], 5>>>,
        Chain<MeanOverTime<Steps>, Dense<4, 3, Softmax>>,
    >;
    let golden = Golden::read("recurrent.txt");
    let mut reader = Box::new(zeroed::<Reader>());
    reader.as_flat_mut().copy_from_slice(golden.values("embedded/parameters"));
    let x = sentences(&golden, "embedded/tokens");
    let (mut y, mut tape) = (vec![[0.0; 3]; 4], Box::new(zeroed::<<Reader as Layer>::Tape<4>>()));
    reader.forward::<4>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
    golden.check("embedded/y", &y);
    let (mut dy, mut gradient) = (golden.samples("embedded/dy"), Box::new(zeroed::<<Reader as Layer>::Gradient>()));
    reader.backward::<4>(&x, &y, &mut tape, &mut dy, None, &mut gradient);
    golden.check("embedded/gradient", gradient.as_flat());
}

/// Outputs of `W` words, derivatives by the inputs and by the parameters, of sequences with `garbage` behind their ends and in all memory
/// that is lent, as bits.
fn bits<L: Layer<Input = Short, Output: Fixture>, const W: usize>(layer: &L, garbage: f32) -> Vec<u32> {
    let golden = Golden::read("recurrent.txt");
    let padded = golden.samples::<Whole>("gru/padded/x").into_iter().zip(LENGTHS).map(|(mut steps, length)| {
        steps[length..].fill([garbage; 3]);
        Padded::first_of(steps, length).unwrap()
    });
    let x: Vec<Short> = padded.collect();
    let mut y: Vec<L::Output> = cast::<[u32; W], L::Output>(&[[garbage.to_bits(); W]; 4]).to_vec();
    let mut tape = Box::new(zeroed::<L::Tape<4>>());
    if garbage != 0.0 {
        // longer sequences have left their marks
        let whole: Vec<Short> = x.iter().map(|_| Padded::from([[0.7; 3]; 5])).collect();
        layer.forward::<4>(&whole, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
    }
    layer.forward::<4>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
    let mut dy: Vec<Gradient<L::Output>> = vec![zeroed(); 4];
    for (dy, length) in dy.iter_mut().zip(LENGTHS) {
        let flat = dy.numbers();
        let end = if L::Output::DIMS.is_at_most() { flat.len() / 5 * length } else { flat.len() };
        for (k, d) in flat.iter_mut().enumerate() {
            *d = if k < end { 0.1 * (k % 7) as f32 } else { garbage };
        }
    }
    let mut dx: Vec<Gradient<Short>> = vec![Padded::from([[garbage; 3]; 5]); 4];
    let mut gradient = Box::new(zeroed::<L::Gradient>());
    layer.backward::<4>(&x, &y, &mut tape, &mut dy, Some(&mut dx), &mut gradient);
    let derivatives = all_numbers(&mut dx).into_iter().chain(gradient.as_flat().iter().copied());
    let outputs = cast::<L::Output, [u32; W]>(&y).as_flattened().iter().copied();
    outputs.chain(derivatives.map(f32::to_bits)).collect()
}

/// What is behind the end of a sequence changes no bit, and the layer leaves zeros there.
fn check_padding<L: Layer<Input = Short, Output: Fixture> + Parameters, const W: usize>() {
    let mut layer = Box::new(zeroed::<L>());
    layer.initialize(Init::Auto, &mut Xoshiro256PlusPlus::seed_from_u64(1));
    let clean = bits::<L, W>(&layer, 0.0);
    for garbage in [f32::NAN, f32::INFINITY, -3e38, 1.0] {
        assert_eq!(bits::<L, W>(&layer, garbage), clean, "{garbage} behind the end");
    }
    if L::Output::DIMS.is_at_most() {
        let (outputs, _) = clean.split_at(4 * W);
        for (output, length) in outputs.chunks(W).zip(LENGTHS) {
            let (steps, last) = output.split_at(W - 1);
            assert_eq!(last, [length as u32]);
            assert!(steps[(W - 1) / 5 * length..].iter().all(|word| *word == 0));
        }
    }
    // inference has the same bits, in batches of any size
    let golden = Golden::read("recurrent.txt");
    let x = Short::read(&golden, "gru/padded/x");
    let mut y: Vec<L::Output> = vec![zeroed(); 4];
    for size in [1, 2, 3, 4] {
        for (x, y) in x.chunks(size).zip(y.chunks_mut(size)) {
            layer.infer::<4>(x, y, &mut zeroed());
        }
        assert_eq!(cast::<L::Output, [u32; W]>(&y).as_flattened(), &clean[..4 * W], "batches of {size}");
    }
}

#[test]
fn padding_changes_no_bit() {
    type Mean = MeanOverTime<Short>;
    check_padding::<Rnn<3, 6, Short>, 31>();
    check_padding::<Lstm<3, 6, Short>, 31>();
    check_padding::<Lstm<3, 6, Short, Last>, 6>();
    check_padding::<Gru<3, 6, Short>, 31>();
    check_padding::<Gru<3, 6, Short, All, 2>, 31>();
    check_padding::<Bidirectional<Gru<3, 6, Short>, 12>, 61>();
    check_padding::<Bidirectional<Lstm<3, 6, Short, Last>, 12>, 12>();
    check_padding::<TimeDistributed<Dense<3, 4, Gelu>, 5, Short>, 21>();
    check_padding::<TimeDistributed<LayerNorm<3>, 5, Short>, 16>();
    check_padding::<LastStep<Short>, 3>();
    check_padding::<Mean, 3>();
    check_padding::<Chain<Gru<3, 6, Short>, LastStep<Padded<[f32; 6], 5>>>, 6>();
}

#[test]
fn a_gradient_goes_back_over_a_window_and_no_further() {
    type Windows<const K: usize> = Gru<3, 6, [[f32; 3]; 12], All, K>;
    let reach = |gradients: &[[f32; 3]; 12]| gradients.iter().filter(|dx| **dx != [0.0; 3]).count();
    fn by_inputs<const K: usize>() -> [[f32; 3]; 12] {
        let mut layer = zeroed::<Windows<K>>();
        layer.initialize(Init::Auto, &mut Xoshiro256PlusPlus::seed_from_u64(1));
        let x = [[[0.3, -0.2, 0.5]; 12]];
        let (mut y, mut tape) = ([[[0.0; 6]; 12]], Box::new(zeroed()));
        layer.forward::<1>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
        let (mut dy, mut dx) = ([[[0.0; 6]; 12]], [[[f32::NAN; 3]; 12]]);
        dy[0][10] = [1.0; 6];
        layer.backward::<1>(&x, &y, &mut tape, &mut dy, Some(&mut dx), &mut zeroed());
        dx[0]
    }
    // step 10 is the third of the window that begins at 8, the fifth of that at 6, the first of that at 10
    assert_eq!([reach(&by_inputs::<4>()), reach(&by_inputs::<6>()), reach(&by_inputs::<5>())], [3, 5, 1]);
    assert_eq!(by_inputs::<0>(), by_inputs::<12>());
    assert_eq!(reach(&by_inputs::<0>()), 11);
}

#[test]
fn forget_gates_start_open() {
    let mut layer = zeroed::<Lstm<3, 6, Whole>>();
    layer.initialize(Init::Auto, &mut Xoshiro256PlusPlus::seed_from_u64(1));
    assert_eq!(layer.bias_ih, [[0.0; 6], [1.0; 6], [0.0; 6], [0.0; 6]]);
    assert_eq!(layer.bias_hh, [[0.0; 6]; 4]);
    assert_eq!(Lstm::<3, 6, Whole>::MACS, 5 * 4 * 6 * (3 + 6));
    assert_eq!(Bidirectional::<Gru<3, 6, Short>, 12>::MACS, 2 * 5 * 3 * 6 * (3 + 6));
}
