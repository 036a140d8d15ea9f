//! Finite differences against the backward passes of the layers over sequences.

use congruent::Pair;
use congruent::layer::{GradientOf, Layer, Pass};
use congruent::layers::{Additive, All, AttentionTape, Bilinear, Dot, Last, Score};
use congruent::plain::{Parameters, zeroed};
use congruent::{
    Activate, Attention, Bidirectional, Chain, Embedding, Gru, LastStep, Lstm, MeanOverTime, MultiHeadAttention,
    Padded, PositionalEncoding, Rnn, Sequence, Tensor, TimeDistributed, Token, TransformerEncoder, prelude::*,
};
use rand::Rng;

use crate::common;

/// A layer over sequences of up to `T` steps, as one over arrays: of the sample at position `i` in a batch, only some of the steps come to
/// the layer.
#[derive(Parameters)]
#[repr(C)]
struct Cut<L, const F: usize, const T: usize>(L);

/// The sample at this position, cut off.
fn cut<S: Tensor, const T: usize>(steps: &[[S; T]]) -> Vec<Padded<S, T>> {
    steps.iter().enumerate().map(|(i, steps)| Padded::first_of(*steps, length::<T>(i)).unwrap()).collect()
}

fn length<const T: usize>(i: usize) -> usize {
    1 + (2 * i + 1) % T
}

/// What a layer gives, as a tensor.
trait AsTensor: congruent::Shape {
    type Tensor: Tensor;
    fn tensor(&self) -> Self::Tensor;
    fn gradient(tensor: &Self::Tensor) -> Self;
}

impl<const N: usize> AsTensor for [f32; N] {
    type Tensor = Self;
    fn tensor(&self) -> Self {
        *self
    }
    fn gradient(tensor: &Self) -> Self {
        *tensor
    }
}

impl<const N: usize, const T: usize> AsTensor for Padded<[f32; N], T> {
    type Tensor = [[f32; N]; T];
    fn tensor(&self) -> [[f32; N]; T] {
        core::array::from_fn(|t| self.steps().get(t).copied().unwrap_or([0.0; N]))
    }
    fn gradient(tensor: &[[f32; N]; T]) -> Self {
        Padded::from(*tensor)
    }
}

impl<L, const F: usize, const T: usize> Layer for Cut<L, F, T>
where
    L: Layer<Input = Padded<[f32; F], T>, Output: AsTensor, Gradient = L> + Parameters,
{
    type Input = [[f32; F]; T];
    type Output = <L::Output as AsTensor>::Tensor;
    type Head = Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = Pair<[L::Output; B], L::Tape<B>>;

    const MACS: u64 = 0;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.0.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, _x: &[Self::Input], _y: &mut [Self::Output], _scratch: &mut ()) {
        unreachable!("differences are of what is learnt");
    }

    fn forward<const B: usize>(
        &self,
        x: &[Self::Input],
        y: &mut [Self::Output],
        tape: &mut Self::Tape<B>,
        pass: &mut Pass,
    ) {
        let given = &mut tape.0[..x.len()];
        self.0.forward::<B>(&cut(x), given, &mut tape.1, pass);
        y.iter_mut().zip(given).for_each(|(y, given)| *y = given.tensor());
    }

    fn backward<const B: usize>(
        &self,
        x: &[Self::Input],
        _y: &[Self::Output],
        tape: &mut Self::Tape<B>,
        dy: &mut [Self::Output],
        dx: Option<&mut [Self::Input]>,
        gradient: &mut Self,
    ) {
        let mut dy: Vec<_> = dy.iter().map(<L::Output as AsTensor>::gradient).collect();
        let mut wanted = vec![zeroed::<Padded<[f32; F], T>>(); x.len()];
        let into = dx.is_some().then_some(&mut wanted[..]);
        self.0.backward::<B>(&cut(x), &tape.0[..x.len()], &mut tape.1, &mut dy, into, &mut gradient.0);
        for (dx, wanted) in dx.into_iter().flatten().zip(&wanted) {
            dx.copy_from_slice(wanted.room());
        }
    }
}

/// As [`Cut`], of attention with queries and memory that are cut off at different lengths.
#[derive(Parameters)]
#[repr(C)]
struct CutBoth<C: Parameters>(Attention<C, 3, 3, Padded<[f32; 3], 4>, Padded<[f32; 3], 5>>);

impl<C: Score<3, 3>> Layer for CutBoth<C> {
    type Input = Pair<[[f32; 3]; 4], [[f32; 3]; 5]>;
    type Output = [[f32; 3]; 4];
    type Head = Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = AttentionTape<C, 3, 3, Padded<[f32; 3], 4>, Padded<[f32; 3], 5>, B>;

    const MACS: u64 = 0;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.0.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, _x: &[Self::Input], _y: &mut [Self::Output], _scratch: &mut ()) {
        unreachable!("differences are of what is learnt");
    }

    fn forward<const B: usize>(
        &self,
        x: &[Self::Input],
        y: &mut [Self::Output],
        tape: &mut Self::Tape<B>,
        pass: &mut Pass,
    ) {
        let mut given = vec![zeroed(); x.len()];
        self.0.forward::<B>(&cut_both(x), &mut given, tape, pass);
        y.iter_mut().zip(given).for_each(|(y, given)| *y = given.tensor());
    }

    fn backward<const B: usize>(
        &self,
        x: &[Self::Input],
        _y: &[Self::Output],
        tape: &mut Self::Tape<B>,
        dy: &mut [Self::Output],
        dx: Option<&mut [Self::Input]>,
        gradient: &mut Self,
    ) {
        let mut dy: Vec<_> = dy.iter().copied().map(Padded::from).collect();
        let mut wanted = vec![zeroed::<Both>(); x.len()];
        let into = dx.is_some().then_some(&mut wanted[..]);
        self.0.backward::<B>(&cut_both(x), &[], tape, &mut dy, into, &mut gradient.0);
        for (Pair(d_queries, d_memory), wanted) in dx.into_iter().flatten().zip(&wanted) {
            d_queries.copy_from_slice(wanted.0.room());
            d_memory.copy_from_slice(wanted.1.room());
        }
    }
}

type Both = Pair<Padded<[f32; 3], 4>, Padded<[f32; 3], 5>>;

/// Of full length.
type Full = Pair<[[f32; 3]; 4], [[f32; 3]; 5]>;

fn cut_both(x: &[Full]) -> Vec<Both> {
    let cut_both = |(i, Pair(queries, memory)): (usize, &Pair<_, _>)| {
        let memory = Padded::first_of(*memory, length::<5>(i + 1)).unwrap();
        Pair(Padded::first_of(*queries, length::<4>(i)).unwrap(), memory)
    };
    x.iter().enumerate().map(cut_both).collect()
}

/// Words that do not change: of a layer that takes tokens, only the derivatives by the parameters are of interest.
#[derive(Parameters)]
#[repr(C)]
struct Read<L>(L);

/// The sentence at position `i` in a batch.
fn sentence(i: usize) -> Padded<Token, 4> {
    Padded::first_of([5, 0, 2, 5].map(|word| Token((word + i as u32) % 7)), length::<4>(i)).unwrap()
}

impl<L: Layer<Input = Padded<Token, 4>, Output: Tensor, Gradient: GradientOf<L>>> Layer for Read<L> {
    type Input = [f32; 1];
    type Output = L::Output;
    type Head = Linear;
    type Gradient = ReadGradient<L::Gradient>;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = L::Tape<B>;

    const MACS: u64 = 0;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.0.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, _x: &[[f32; 1]], _y: &mut [L::Output], _scratch: &mut ()) {
        unreachable!("differences are of what is learnt");
    }

    fn forward<const B: usize>(&self, x: &[[f32; 1]], y: &mut [L::Output], tape: &mut L::Tape<B>, pass: &mut Pass) {
        let x: Vec<_> = (0..x.len()).map(sentence).collect();
        self.0.forward::<B>(&x, y, tape, pass);
    }

    fn backward<const B: usize>(
        &self,
        x: &[[f32; 1]],
        y: &[L::Output],
        tape: &mut L::Tape<B>,
        dy: &mut [L::Output],
        dx: Option<&mut [[f32; 1]]>,
        gradient: &mut Self::Gradient,
    ) {
        let sentences: Vec<_> = (0..x.len()).map(sentence).collect();
        // there is no derivative by a token, and memory for none
        let none = &mut vec![zeroed(); x.len()][..];
        self.0.backward::<B>(&sentences, y, tape, dy, dx.is_some().then_some(none), &mut gradient.0);
        dx.unwrap_or_default().fill([0.0]);
    }
}

#[derive(Parameters)]
#[repr(C)]
struct ReadGradient<G>(G);

impl<L, G: GradientOf<L>> GradientOf<Read<L>> for ReadGradient<G> {
    const TRAINED: usize = G::TRAINED;

    fn pairs(&mut self, layer: &mut Read<L>, visit: &mut dyn FnMut(&mut [f32], &mut [f32])) {
        self.0.pairs(&mut layer.0, visit);
    }
}

/// Tests, each of a layer: `name: Layer;`.
macro_rules! layers {
    ($($name:ident: $layer:ty;)*) => { $(
        #[test]
        fn $name() {
            common::check::<$layer>(0..2);
        }
    )* };
}

type Whole<const F: usize, const T: usize> = [[f32; F]; T];
type Short<const F: usize, const T: usize> = Padded<[f32; F], T>;

layers! {
    rnn: Rnn<3, 5, Whole<3, 4>>;
    rnn_of_one: Rnn<1, 1, Whole<1, 1>>;
    rnn_of_sigmoids: Rnn<2, 7, Whole<2, 3>, Sigmoid>;
    rnn_last: Rnn<3, 5, Whole<3, 4>, Tanh, Last>;
    rnn_both_ways: Bidirectional<Rnn<3, 2, Whole<3, 4>>, 4>;
    rnn_of_some: Cut<Rnn<3, 5, Short<3, 4>>, 3, 4>;
    lstm: Lstm<3, 5, Whole<3, 4>>;
    lstm_wide: Lstm<2, 17, Whole<2, 3>>;
    lstm_last: Lstm<3, 5, Whole<3, 4>, Last>;
    lstm_both_ways: Bidirectional<Lstm<3, 2, Whole<3, 4>>, 4>;
    lstm_of_some: Cut<Lstm<3, 4, Short<3, 4>>, 3, 4>;
    lstm_of_some_last: Cut<Lstm<3, 4, Short<3, 4>, Last>, 3, 4>;
    gru: Gru<3, 5, Whole<3, 4>>;
    gru_wide: Gru<2, 17, Whole<2, 3>>;
    gru_last: Gru<3, 5, Whole<3, 4>, Last>;
    gru_both_ways: Bidirectional<Gru<3, 2, Whole<3, 4>>, 4>;
    gru_both_ways_last: Bidirectional<Gru<3, 2, Whole<3, 4>, Last>, 4>;
    gru_of_some: Cut<Gru<3, 4, Short<3, 4>>, 3, 4>;
    gru_of_some_both_ways: Cut<Bidirectional<Gru<3, 2, Short<3, 4>>, 4>, 3, 4>;
    gru_of_some_both_ways_last: Cut<Bidirectional<Gru<3, 2, Short<3, 4>, Last>, 4>, 3, 4>;
    gru_in_one_window: Gru<3, 4, Whole<3, 4>, All, 4>;
    stacked: Chain<Gru<3, 4, Whole<3, 3>>, Lstm<4, 2, Whole<4, 3>>>;
    last_step: LastStep<Whole<3, 4>>;
    last_step_of_some: Cut<LastStep<Short<3, 4>>, 3, 4>;
    mean_over_time: MeanOverTime<Whole<3, 4>>;
    mean_over_time_of_some: Cut<MeanOverTime<Short<3, 4>>, 3, 4>;
    each_step: TimeDistributed<Dense<3, 4, Gelu>, 5, Whole<3, 5>>;
    each_step_to_classes: TimeDistributed<Chain<Dense<3, 7, Tanh>, Dense<7, 4, Softmax>>, 3, Whole<3, 3>>;
    each_step_recurrent: TimeDistributed<Gru<2, 3, Whole<2, 3>, Last>, 2, [Whole<2, 3>; 2]>;
    each_step_normed: TimeDistributed<LayerNorm<5>, 3, Whole<5, 3>>;
    each_step_of_an_activation: TimeDistributed<Activate<Silu, [f32; 5]>, 3, Whole<5, 3>>;
    sequence_to_classes: Chain<
        Chain<Bidirectional<Gru<3, 2, Whole<3, 4>>, 4>, TimeDistributed<Dense<4, 5, Tanh>, 4, Whole<4, 4>>>,
        Chain<MeanOverTime<Whole<5, 4>>, Dense<5, 3, Softmax>>,
    >;
    words: Read<Chain<Embedding<7, 3, Padded<Token, 4>>, Lstm<3, 4, Short<3, 4>, Last>>>;
    dot: Attention<Dot, 3, 3, Whole<3, 4>, Whole<3, 5>>;
    dot_of_one: Attention<Dot, 1, 1, Whole<1, 1>, Whole<1, 2>>;
    bilinear: Attention<Bilinear<3, 2>, 3, 2, Whole<3, 4>, Whole<2, 5>>;
    additive: Attention<Additive<3, 2, 7>, 3, 2, Whole<3, 4>, Whole<2, 5>>;
    dot_of_some: CutBoth<Dot>;
    bilinear_of_some: CutBoth<Bilinear<3, 3>>;
    additive_of_some: CutBoth<Additive<3, 3, 5>>;
    heads: MultiHeadAttention<6, 2, Whole<6, 4>>;
    heads_of_one: MultiHeadAttention<3, 3, Whole<3, 4>>;
    one_head: MultiHeadAttention<3, 1, Whole<3, 1>>;
    causal_heads: MultiHeadAttention<4, 2, Whole<4, 5>, true>;
    heads_of_some: Cut<MultiHeadAttention<4, 2, Short<4, 4>>, 4, 4>;
    causal_heads_of_some: Cut<MultiHeadAttention<4, 2, Short<4, 4>, true>, 4, 4>;
    positions: PositionalEncoding<5, Whole<5, 4>>;
    positions_of_some: Cut<PositionalEncoding<3, Short<3, 4>>, 3, 4>;
    transformer: TransformerEncoder<4, 2, 6, Whole<4, 3>, Tanh>;
    transformer_that_needs_its_input: TransformerEncoder<4, 1, 5, Whole<4, 3>, Gelu>;
    transformer_with_dropout: TransformerEncoder<4, 2, 6, Whole<4, 3>, Tanh, { f32::to_bits(0.3) }>;
    transformer_normed_first: TransformerEncoder<4, 2, 6, Whole<4, 3>, Silu, 0, true>;
    transformer_normed_first_with_dropout: TransformerEncoder<4, 2, 6, Whole<4, 3>, Tanh, { f32::to_bits(0.3) }, true>;
    transformer_of_some: Cut<TransformerEncoder<4, 2, 6, Short<4, 4>, Gelu>, 4, 4>;
    transformer_normed_first_of_some: Cut<TransformerEncoder<4, 2, 6, Short<4, 4>, Gelu, 0, true>, 4, 4>;
    words_mean: Read<Chain<Embedding<7, 3, Padded<Token, 4>>, MeanOverTime<Short<3, 4>>>>;
}
