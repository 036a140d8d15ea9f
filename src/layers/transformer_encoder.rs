//! A layer of a transformer's encoder (Vaswani et al., "Attention is all you need", 2017): attention and a dense network for each step,
//! each with a way around it and a normalisation.
//!
//! After what they normalise, as in the paper: `n = norm1(x + attention(x))`, `y = norm2(n + feed(n))`; or before (Xiong et al., "On layer
//! normalization in the transformer architecture", 2020), which trains without a warm-up: `n = x + attention(norm1(x))`,
//! `y = n + feed(norm2(n))`. In both, `feed(n) = W₂·A(W₁·n + b₁) + b₂`.
//!
//! Backward: each way around passes its derivative on unchanged, and what comes back through the layers is added to it.

use rand::Rng;

use super::activate::copy;
use super::attention::{Heads, HeadsBuffer, MultiHeadAttention, export_rows};
use super::{Dense, Dropout, LayerNorm};
use crate::kernel;
use crate::layer::activation::{self, Activation, Relu};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, Layer, Pass};
use crate::memory::plain::{Parameters, Plain, clear};
use crate::shape::first_mut;
use crate::shape::sequence::Sequence;

/// A layer of an encoder over sequences `S` of `[f32; MODEL]`: attention of `HEADS` heads, and `FEED` numbers within the dense network of
/// each step, with the activation `A` between. What either gives is dropped with the probability whose bits are `RATE`, as is what is
/// within the dense network; the normalisations come before if `FIRST`, else after.
///
/// In `network!`: `TransformerEncoder<64, 4, 256>`, `TransformerEncoder<64, 4, 256, Gelu, dropout = 0.1, norm_first = true>`. The parameters
/// have the names and shapes of PyTorch's `nn.TransformerEncoderLayer(64, 4, 256, batch_first=True)`. (PyTorch drops weights of the
/// attention too, where this layer does not.)
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct TransformerEncoder<
    const MODEL: usize,
    const HEADS: usize,
    const FEED: usize,
    S: Sequence,
    A = Relu,
    const RATE: u32 = 0,
    const FIRST: bool = false,
> {
    /// The attention.
    pub self_attn: MultiHeadAttention<MODEL, HEADS, S>,
    /// `W₁` and `b₁`.
    pub linear1: Dense<MODEL, FEED, A>,
    /// `W₂` and `b₂`.
    pub linear2: Dense<FEED, MODEL>,
    /// The normalisation at the attention.
    pub norm1: LayerNorm<MODEL>,
    /// The normalisation at the dense network.
    pub norm2: LayerNorm<MODEL>,
}

/// Room for a `[f32; N]` at each step, all of it `f32`s.
type Numbers<S, const N: usize> = <S as Sequence>::Rows<N>;

/// The first `length` steps of it.
fn steps<S: Sequence, const N: usize>(numbers: &mut Numbers<S, N>, length: usize) -> &mut [[f32; N]] {
    first_mut(S::rows_mut(numbers), length)
}

/// What is remembered of one sequence.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Remembered<const MODEL: usize, const HEADS: usize, const FEED: usize, S: Sequence, A: Activation> {
    /// What the attention remembers.
    pub heads: Heads<MODEL, HEADS, S>,
    /// What the attention is given, if that is not the input.
    attended: Numbers<S, MODEL>,
    /// `x + attention`
    sum: Numbers<S, MODEL>,
    /// What the dense network is given.
    fed: Numbers<S, MODEL>,
    /// `W₁·n + b₁`, if backward needs it.
    kept: A::Kept<Numbers<S, FEED>>,
    /// `A` of it.
    hidden: Numbers<S, FEED>,
    /// The same with some dropped.
    dropped: Numbers<S, FEED>,
    /// `n + feed`
    result: Numbers<S, MODEL>,
    seeds: [[u32; 2]; 3],
}

crate::memory::plain::opaque_debug! { [const MODEL: usize, const HEADS: usize, const FEED: usize, S: Sequence, A: Activation] Remembered, Remembered<MODEL, HEADS, FEED, S, A> }

/// What backward borrows for one sequence: room for derivatives.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Buffers<const MODEL: usize, const FEED: usize, S: Sequence> {
    heads: HeadsBuffer<MODEL, S>,
    /// For those that go around layers.
    way: Numbers<S, MODEL>,
    /// For those that come back through layers.
    back: Numbers<S, MODEL>,
    hidden: Numbers<S, FEED>,
}

crate::memory::plain::opaque_debug! { [const MODEL: usize, const FEED: usize, S: Sequence] Buffers, Buffers<MODEL, FEED, S> }

/// What backward needs of up to `B` sequences.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct TransformerEncoderTape<
    const MODEL: usize,
    const HEADS: usize,
    const FEED: usize,
    S: Sequence,
    A: Activation,
    const B: usize,
> {
    /// Of each sequence.
    pub sequences: [Remembered<MODEL, HEADS, FEED, S, A>; B],
    buffers: Buffers<MODEL, FEED, S>,
    /// Where the derivatives by the input go if nobody wants them.
    unwanted: Numbers<S, MODEL>,
}

crate::memory::plain::opaque_debug! { [const MODEL: usize, const HEADS: usize, const FEED: usize, S: Sequence, A: Activation, const B: usize] TransformerEncoderTape, TransformerEncoderTape<MODEL, HEADS, FEED, S, A, B> }

impl<const MODEL: usize, const HEADS: usize, const FEED: usize, S, A, const RATE: u32, const FIRST: bool>
    TransformerEncoder<MODEL, HEADS, FEED, S, A, RATE, FIRST>
where
    S: Sequence<Step = [f32; MODEL]>,
    A: Activation,
{
    /// The bits of the rate.
    #[doc(hidden)]
    pub const BITS: u32 = RATE;

    /// Replaces numbers by what is left of them.
    fn drop<const N: usize>(seed: [u32; 2], from: &[[f32; N]], to: &mut [[f32; N]]) {
        Dropout::<RATE, [f32; N]>::mask(seed, from.as_flattened(), to.as_flattened_mut());
    }

    /// One sequence forward.
    fn map(&self, x: &[[f32; MODEL]], memory: &mut Remembered<MODEL, HEADS, FEED, S, A>, y: &mut [[f32; MODEL]]) {
        let Remembered { heads, attended, sum, fed, kept, hidden, dropped, result, seeds } = memory;
        let [first, second, third] = *seeds;
        let length = x.len();
        let [attended, sum, fed, result] = [attended, sum, fed, result].map(|buffer| steps::<S, MODEL>(buffer, length));
        let [hidden, dropped] = [hidden, dropped].map(|buffer| steps::<S, FEED>(buffer, length));

        if FIRST {
            self.norm1.infer::<1>(x, attended, &mut ());
            self.self_attn.attend(attended, heads, y);
        } else {
            self.self_attn.attend(x, heads, y);
        }
        Self::drop(first, y, sum);
        add(sum, x);
        let norm = if FIRST { &self.norm2 } else { &self.norm1 };
        norm.infer::<1>(sum, fed, &mut ());

        kernel::affine(fed, &self.linear1.weight, &self.linear1.bias, hidden, kernel::NoEpilogue);
        activation::keep(kept, hidden.as_flattened());
        activation::apply::<A, _>(hidden);
        Self::drop(second, hidden, dropped);
        self.linear2.infer::<1>(dropped, y, &mut ());
        Self::drop(third, y, result);
        add(result, if FIRST { sum } else { fed });
        if FIRST {
            copy(result, y);
        } else {
            self.norm2.infer::<1>(result, y, &mut ());
        }
    }

    /// One sequence back: sets `dx`.
    fn map_back(
        &self,
        x: &[[f32; MODEL]],
        memory: &mut Remembered<MODEL, HEADS, FEED, S, A>,
        buffers: &mut Buffers<MODEL, FEED, S>,
        dy: &mut [[f32; MODEL]],
        dx: &mut [[f32; MODEL]],
        gradient: &mut Self,
    ) {
        let length = x.len();
        let [first, _, third] = memory.seeds;
        let Buffers { heads: buffer, way, back, hidden } = buffers;
        let [way, back] = [way, back].map(|buffer| steps::<S, MODEL>(buffer, length));
        let hidden = steps::<S, FEED>(hidden, length);
        if FIRST {
            copy(dy, way);
            Self::drop(third, way, dy);
            self.feed_back(memory, dy, hidden, back, gradient);
            self.norm2.backward::<1>(
                steps::<S, MODEL>(&mut memory.sum, length),
                &[],
                &mut (),
                back,
                Some(&mut *dy),
                &mut gradient.norm2,
            );
            add(way, dy);
            Self::drop(first, way, dy);
            back.iter_mut().for_each(clear);
            let attended = steps::<S, MODEL>(&mut memory.attended, length);
            self.self_attn.attend_back(attended, &mut memory.heads, buffer, dy, back, &mut gradient.self_attn);
            self.norm1.backward::<1>(x, &[], &mut (), back, Some(&mut *dx), &mut gradient.norm1);
            add(dx, way);
        } else {
            let result = steps::<S, MODEL>(&mut memory.result, length);
            self.norm2.backward::<1>(result, &[], &mut (), dy, Some(&mut *way), &mut gradient.norm2);
            Self::drop(third, way, dy);
            self.feed_back(memory, dy, hidden, back, gradient);
            add(way, back);
            let sum = steps::<S, MODEL>(&mut memory.sum, length);
            self.norm1.backward::<1>(sum, &[], &mut (), way, Some(&mut *dx), &mut gradient.norm1);
            Self::drop(first, dx, dy);
            self.self_attn.attend_back(x, &mut memory.heads, buffer, dy, dx, &mut gradient.self_attn);
        }
    }

    /// The dense network of each step back: from the derivatives by what it gives, sets those by what it is given.
    fn feed_back(
        &self,
        memory: &mut Remembered<MODEL, HEADS, FEED, S, A>,
        given: &mut [[f32; MODEL]],
        hidden_buffer: &mut [[f32; FEED]],
        back: &mut [[f32; MODEL]],
        gradient: &mut Self,
    ) {
        let Remembered { fed, kept, hidden, dropped, seeds, .. } = memory;
        let (length, [_, second, _]) = (given.len(), *seeds);
        let [hidden, dropped] = [hidden, dropped].map(|buffer| steps::<S, FEED>(buffer, length));
        self.linear2.backward::<1>(dropped, &[], &mut (), given, Some(&mut *hidden_buffer), &mut gradient.linear2);
        Self::drop(second, hidden_buffer, dropped);
        A::backward(kept.as_flat(), hidden.as_flattened(), dropped.as_flattened_mut(), FEED);
        let fed = steps::<S, MODEL>(fed, length);
        kernel::weight_gradient(dropped, fed, &mut gradient.linear1.weight);
        kernel::bias_gradient(dropped, &mut gradient.linear1.bias);
        kernel::input_gradient(dropped, &self.linear1.weight, back);
    }
}

/// `to += from`
fn add<const N: usize>(to: &mut [[f32; N]], from: &[[f32; N]]) {
    kernel::zip(to.as_flattened_mut(), from.as_flattened(), |to, from| to + from);
}

#[diagnostic::do_not_recommend]
impl<const MODEL: usize, const HEADS: usize, const FEED: usize, S, A, const RATE: u32, const FIRST: bool> Layer
    for TransformerEncoder<MODEL, HEADS, FEED, S, A, RATE, FIRST>
where
    S: Sequence<Step = [f32; MODEL]>,
    A: Activation,
{
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = Remembered<MODEL, HEADS, FEED, S, A>;
    type Tape<const B: usize> = TransformerEncoderTape<MODEL, HEADS, FEED, S, A, B>;

    const MACS: u64 =
        <MultiHeadAttention<MODEL, HEADS, S> as Layer>::MACS + S::STEPS as u64 * 2 * MODEL as u64 * (FEED + 1) as u64;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.self_attn.initialize(init, rng);
        self.linear1.initialize(init, rng);
        self.linear2.initialize(init, rng);
        self.norm1.initialize(init, rng);
        self.norm2.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], memory: &mut Self::Scratch<B>) {
        memory.seeds = [Dropout::<RATE, S>::KEEP; 3];
        for (x, y) in x.iter().zip(y) {
            self.map(x.steps(), memory, y.begin(x.length()));
        }
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [S], tape: &mut Self::Tape<B>, pass: &mut Pass) {
        for ((x, y), memory) in x.iter().zip(y).zip(&mut tape.sequences) {
            let keep = RATE == 0 || pass.is_frozen();
            memory.seeds = [(); 3].map(|()| if keep { Dropout::<RATE, S>::KEEP } else { pass.seed() });
            self.map(x.steps(), memory, y.begin(x.length()));
        }
    }

    fn backward<const B: usize>(
        &self,
        x: &[S],
        _y: &[S],
        tape: &mut Self::Tape<B>,
        dy: &mut [Gradient<S>],
        dx: Option<&mut [Gradient<S>]>,
        gradient: &mut Self,
    ) {
        let TransformerEncoderTape { sequences, buffers, unwanted } = tape;
        let mut dx = dx.map(|dx| dx.iter_mut());
        for ((x, dy), memory) in x.iter().zip(dy).zip(sequences) {
            let dy = first_mut(S::buffer_mut(dy), x.length());
            let dx = match dx.as_mut().and_then(Iterator::next) {
                Some(dx) => {
                    clear(dx);
                    first_mut(S::buffer_mut(dx), x.length())
                }
                None => steps::<S, MODEL>(unwanted, x.length()),
            };
            self.map_back(x.steps(), memory, buffers, dy, dx, gradient);
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let norm1 = |graph: &mut dyn Graph, x| graph.scope("norm1", |graph| self.norm1.export(graph, x));
        let norm2 = |graph: &mut dyn Graph, x| graph.scope("norm2", |graph| self.norm2.export(graph, x));
        let attention = |graph: &mut dyn Graph, x| graph.scope("self_attn", |graph| self.self_attn.export(graph, x));
        let feed = |graph: &mut dyn Graph, x| {
            let hidden = graph.scope("linear1", |graph| {
                let z = export_rows(&self.linear1, graph, x);
                A::export(graph, z)
            })?;
            graph.scope("linear2", |graph| Ok(export_rows(&self.linear2, graph, hidden)))
        };
        let sum = |graph: &mut dyn Graph, a, b| graph.node("Add", &[a, b], &[]);
        if FIRST {
            let attended = norm1(graph, input)?;
            let given = attention(graph, attended)?;
            let n = sum(graph, input, given);
            let fed = norm2(graph, n)?;
            let given = feed(graph, fed)?;
            Ok(sum(graph, n, given))
        } else {
            let given = attention(graph, input)?;
            let n = sum(graph, input, given);
            let n = norm1(graph, n)?;
            let given = feed(graph, n)?;
            let result = sum(graph, n, given);
            norm2(graph, result)
        }
    }
}
