//! A decoder that looks at the source by attention (Luong, Pham, Manning, "Effective approaches to attention-based neural machine
//! translation", 2015, without input feeding, so that all steps are learned at once).
//!
//! Of each token `w`, which is the one before that which is to be said:
//!
//! 1. `x = E[w]`, its vector;
//! 2. `s' = recurrent(x, s)`, a [`Recurrent`] layer from token to token;
//! 3. `c = Σ A[j]·m[j]`, the mean of the memory by `A = softmax(score(s', m))`;
//! 4. `h = tanh(W·[s', c] + b)`;
//! 5. `z = P·h + b`, a number for each word.
//!
//! | | shape |
//! |---|---|
//! | `E`, `P` | `[VOCAB][DIM]` |
//! | `s` | `[HIDDEN]` |
//! | `m` | `[S][M]`, of a source of `S` tokens |
//! | `W` | `[DIM][HIDDEN + M]` |
//!
//! Backward is the chain rule through these from the last to the first; what goes back to `m` goes on to the encoder.

use core::marker::PhantomData;
use core::slice::{from_mut, from_ref};

use rand::Rng;

use super::decoder::{Decoder, Exported, TeacherForced};
use super::known_tokens::known;
use super::projection::Projection;
use crate::kernel::rows::{Rows, RowsMut, add_bias_gradient, add_weight_gradient, input_gradient, product};
use crate::kernel::{self, math};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, InputError, Layer, Pass};
use crate::layers::Embedding;
use crate::layers::attention::{AttentionScore, AttentionWeights, Back, Query, answer, answer_back};
use crate::layers::recurrent::{All, Cell, CellState, Recurrent, Tape as RecurrentTape};
use crate::memory::layout::{Field, Layout};
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, Plain, clear};
use crate::sealed::Sealed;
use crate::shape::sequence::{Sequence, Token};
use crate::shape::{first, first_mut};

/// A decoder over targets `TS` of `VOCAB` words with vectors of `DIM` numbers; a recurrent layer of `HIDDEN` units with the equations `C`;
/// attention with the score `A` to memories `MS` of `[f32; M]`, which an encoder made of sources `SS`; and the projection `P`, which is
/// [`Tied<VOCAB>`](super::Tied) or [`Dense<DIM, VOCAB>`](crate::Dense).
#[derive(Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct AttentionDecoder<
    const VOCAB: usize,
    const DIM: usize,
    C: Cell,
    const HIDDEN: usize,
    const M: usize,
    A,
    P,
    SS,
    MS,
    TS: Sequence,
> {
    /// `E`
    pub embedding: Embedding<VOCAB, DIM, TS>,
    /// From token to token.
    pub recurrent: Recurrent<C, DIM, HIDDEN, TS::With<[f32; DIM]>, All, 0>,
    /// The score of the attention.
    pub attention: A,
    /// `W` and `b` of the last hidden layer.
    pub combine: Combine<HIDDEN, M, DIM>,
    /// `P` and its `b`.
    pub output: P,
    sequences: PhantomData<(SS, MS)>,
}

crate::memory::plain::copied_by_layout! { [const VOCAB: usize, const DIM: usize, C: Cell, const HIDDEN: usize, const M: usize, A, P, SS, MS, TS: Sequence] AttentionDecoder, AttentionDecoder<VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS> }

/// `h = tanh(W·[s, c] + b)`: a dense layer of two inputs side by side.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate, layout = Self::LAYOUT_OF_TENSORS)]
#[repr(C)]
pub struct Combine<const S: usize, const C: usize, const OUT: usize> {
    /// `W[o]`, of both inputs.
    pub weight: [Pair<[f32; S], [f32; C]>; OUT],
    /// `b[o]`
    pub bias: [f32; OUT],
}

impl<const S: usize, const C: usize, const OUT: usize> Combine<S, C, OUT> {
    const ROW: Layout = Layout::Array(S + C, &Layout::Number);
    const LAYOUT_OF_TENSORS: Layout = Layout::Fields(&[
        Field { name: "weight", layout: &Layout::Array(OUT, &Self::ROW) },
        Field { name: "bias", layout: &<[f32; OUT] as Parameters>::LAYOUT },
    ]);

    fn map(&self, features: &[Pair<[f32; S], [f32; C]>], h: &mut [[f32; OUT]]) {
        product(Rows::of(features), Rows::of(&self.weight), &self.bias, RowsMut::of(&mut *h));
        kernel::map(h.as_flattened_mut(), math::tanh);
    }

    /// From `∂loss/∂h`, which it overwrites: *adds* `∂loss/∂[s, c]`.
    fn map_back(
        &self,
        features: &[Pair<[f32; S], [f32; C]>],
        h: &[[f32; OUT]],
        dh: &mut [[f32; OUT]],
        d_features: &mut [Pair<[f32; S], [f32; C]>],
        gradient: &mut Self,
    ) {
        kernel::zip(dh.as_flattened_mut(), h.as_flattened(), |d, h| d * (1.0 - h * h));
        add_weight_gradient(Rows::of(dh), Rows::of(features), RowsMut::of(&mut gradient.weight));
        add_bias_gradient(Rows::of(dh), &mut gradient.bias);
        input_gradient(Rows::of(dh), Rows::of(&self.weight), RowsMut::of(d_features), true);
    }
}

/// What the recurrent layer gives for targets `TS`.
pub(super) type States<TS, const DIM: usize, const HIDDEN: usize> =
    <<TS as Sequence>::With<[f32; DIM]> as Sequence>::With<[f32; HIDDEN]>;

/// What is remembered of one sample.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Remembered<A, const DIM: usize, const HIDDEN: usize, const M: usize, MS, TS>
where
    A: AttentionScore<HIDDEN, M>,
    MS: Sequence,
    TS: Sequence,
{
    keys: A::Keys<MS>,
    projected: A::Queries<TS>,
    /// What each step of the memory weighed for each token.
    pub weights: AttentionWeights<TS, MS>,
    /// `[s, c]` of each token.
    pub(super) features: TS::Buffer<Pair<[f32; HIDDEN], [f32; M]>>,
    /// `h` of each token.
    pub(super) combined: TS::Buffer<[f32; DIM]>,
}

crate::memory::plain::opaque_debug! { [A: AttentionScore<HIDDEN, M>, const DIM: usize, const HIDDEN: usize, const M: usize, MS: Sequence, TS: Sequence] Remembered, Remembered<A, DIM, HIDDEN, M, MS, TS> }

/// What backward needs of up to `B` samples.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct AttentionDecoderTape<
    A,
    const DIM: usize,
    C: Cell,
    const HIDDEN: usize,
    const M: usize,
    MS: Sequence,
    TS: Sequence,
    const B: usize,
> where
    A: AttentionScore<HIDDEN, M>,
{
    pub(super) embedded: [TS::With<[f32; DIM]>; B],
    recurrent: RecurrentTape<C, TS::With<[f32; DIM]>, DIM, HIDDEN, B>,
    pub(super) states: [States<TS, DIM, HIDDEN>; B],
    /// Of each sample.
    pub samples: [Remembered<A, DIM, HIDDEN, M, MS, TS>; B],
    pub(super) d_states: [Gradient<States<TS, DIM, HIDDEN>>; B],
    pub(super) d_embedded: [Gradient<TS::With<[f32; DIM]>>; B],
    pub(super) buffer: Buffer<DIM, HIDDEN, M, MS, TS>,
}

crate::memory::plain::opaque_debug! { [A: AttentionScore<HIDDEN, M>, const DIM: usize, C: Cell, const HIDDEN: usize, const M: usize, MS: Sequence, TS: Sequence, const B: usize] AttentionDecoderTape, AttentionDecoderTape<A, DIM, C, HIDDEN, M, MS, TS, B> }

/// Room for the derivatives of one sample.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Buffer<const DIM: usize, const HIDDEN: usize, const M: usize, MS: Sequence, TS: Sequence> {
    weights: AttentionWeights<TS, MS>,
    pub(super) features: TS::Buffer<Pair<[f32; HIDDEN], [f32; M]>>,
    combined: TS::Buffer<[f32; DIM]>,
}

crate::memory::plain::opaque_debug! { [const DIM: usize, const HIDDEN: usize, const M: usize, MS: Sequence, TS: Sequence] Buffer, Buffer<DIM, HIDDEN, M, MS, TS> }

/// The first `length` of what there is room for.
pub(super) fn steps<S: Sequence, U: Plain>(buffer: &mut S::Buffer<U>, length: usize) -> &mut [U] {
    first_mut(S::all_mut(from_mut(buffer)), length)
}

impl<const VOCAB: usize, const DIM: usize, C, const HIDDEN: usize, const M: usize, A, P, SS, MS, TS>
    AttentionDecoder<VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS>
where
    C: Cell,
    A: AttentionScore<HIDDEN, M>,
    P: Projection<VOCAB, DIM>,
    MS: Sequence<Step = [f32; M]>,
    TS: Sequence<Step = Token>,
{
    /// The vector of a token; that of the unknown, if the vocabulary does not have it.
    pub(super) fn vector(&self, token: Token) -> [f32; DIM] {
        self.embedding.vector(known::<VOCAB>(token)).copied().unwrap_or([0.0; DIM])
    }

    /// Steps 1 and 2, of all samples.
    pub(super) fn read<const B: usize>(
        &self,
        targets: &[TS],
        tape: &mut AttentionDecoderTape<A, DIM, C, HIDDEN, M, MS, TS, B>,
    ) {
        let embedded = first_mut(&mut tape.embedded, targets.len());
        for (target, embedded) in targets.iter().zip(&mut *embedded) {
            let vectors = embedded.begin(target.length()).iter_mut();
            vectors.zip(target.steps()).for_each(|(vector, token)| *vector = self.vector(*token));
        }
        let states = first_mut(&mut tape.states, targets.len());
        // nothing in a recurrent layer asks for a pass
        self.recurrent.forward::<B>(embedded, states, &mut tape.recurrent, &mut Pass::new(0, 0, 0));
    }

    /// Steps 3 and 4, of one sample.
    pub(super) fn look(
        &self,
        memory: &MS,
        states: &[[f32; HIDDEN]],
        sample: &mut Remembered<A, DIM, HIDDEN, M, MS, TS>,
    ) {
        let Remembered { keys, projected, weights, features, combined } = sample;
        let features = steps::<TS, _>(features, states.len());
        features.iter_mut().zip(states).for_each(|(feature, state)| feature.0 = *state);
        self.attention.keys(memory.steps(), keys);
        let query = Query { queries: states, memory: memory.steps() };
        let contexts = RowsMut::of(&mut *features).columns(HIDDEN, M);
        answer::<A, HIDDEN, M, TS, MS>(&self.attention, query, keys, projected, weights, contexts);
        self.combine.map(features, steps::<TS, _>(combined, states.len()));
    }

    /// Steps 5, 4 and 3 back, of one sample: from the derivatives by the logits, and those by the weights of the attention and by
    /// `[s, c]` that come from elsewhere, the latter in the room for them. Sets `d_states` and adds to `d_memory`.
    #[allow(clippy::too_many_arguments)] // what was given, what was made of it, what goes back
    pub(super) fn look_back(
        &self,
        memory: &MS,
        states: &States<TS, DIM, HIDDEN>,
        sample: &mut Remembered<A, DIM, HIDDEN, M, MS, TS>,
        buffer: &mut Buffer<DIM, HIDDEN, M, MS, TS>,
        d_logits: &mut [[f32; VOCAB]],
        by_weights: Option<&[f32]>,
        d_states: &mut Gradient<States<TS, DIM, HIDDEN>>,
        d_memory: &mut Gradient<MS>,
        gradient: &mut Self,
    ) {
        let length = states.length();
        let Remembered { keys, projected, weights, features, combined } = sample;
        let (features, combined) = (steps::<TS, _>(features, length), steps::<TS, _>(combined, length));
        let Buffer { weights: d_weights, features: d_features, combined: d_combined } = buffer;
        let (d_features, d_combined) = (steps::<TS, _>(d_features, length), steps::<TS, _>(d_combined, length));
        let table = &mut gradient.embedding.weight;
        self.output.map_back(&self.embedding.weight, combined, d_logits, d_combined, &mut gradient.output, table);
        self.combine.map_back(features, combined, d_combined, d_features, &mut gradient.combine);

        let d_states = first_mut(States::<TS, DIM, HIDDEN>::buffer_mut(d_states), length);
        let query = Query { queries: states.steps(), memory: memory.steps() };
        let back = Back { by_weights, buffer: d_weights };
        let contexts = Rows::of(&*d_features).columns(HIDDEN, M);
        let d_memory = first_mut(MS::buffer_mut(d_memory), memory.length());
        let (score, into) = (&self.attention, &mut gradient.attention);
        answer_back::<A, HIDDEN, M, TS, MS>(
            score, query, keys, projected, weights, contexts, back, d_states, d_memory, into,
        );
        for (d_state, d_feature) in d_states.iter_mut().zip(d_features) {
            kernel::zip(d_state, &d_feature.0, |sum, d| sum + d);
        }
    }

    /// Steps 2 and 1 back, of all samples: leaves the derivatives by the vectors in the tape, to which `more` may add.
    pub(super) fn read_back<const B: usize>(
        &self,
        targets: &[TS],
        tape: &mut AttentionDecoderTape<A, DIM, C, HIDDEN, M, MS, TS, B>,
        mut more: impl FnMut(usize, &[[f32; DIM]], &mut [[f32; DIM]]),
        gradient: &mut Self,
    ) {
        let AttentionDecoderTape { embedded, recurrent, states, d_states, d_embedded, .. } = tape;
        let count = targets.len();
        let (embedded, states) = (first(embedded, count), first(states, count));
        let (d_states, d_embedded) = (first_mut(d_states, count), first_mut(d_embedded, count));
        let into = Some(&mut *d_embedded);
        self.recurrent.backward::<B>(embedded, states, recurrent, d_states, into, &mut gradient.recurrent);
        for (number, ((target, embedded), d)) in targets.iter().zip(embedded).zip(d_embedded).enumerate() {
            let d = first_mut(<TS::With<[f32; DIM]>>::buffer_mut(d), target.length());
            more(number, embedded.steps(), d);
            for (token, d) in target.steps().iter().zip(d) {
                if let Some(gradient) = gradient.embedding.weight.get_mut(known::<VOCAB>(*token).index()) {
                    kernel::zip(gradient, d, |sum, d| sum + d);
                }
            }
        }
    }
}

/// What is made of a memory, once for all tokens.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Ready<A: AttentionScore<HIDDEN, M>, const HIDDEN: usize, const M: usize, MS: Sequence> {
    keys: A::Keys<MS>,
    projected: A::Queries<[Token; 1]>,
}

crate::memory::plain::opaque_debug! { [A: AttentionScore<HIDDEN, M>, const HIDDEN: usize, const M: usize, MS: Sequence] Ready, Ready<A, HIDDEN, M, MS> }

impl<const VOCAB: usize, const DIM: usize, C: Cell, const HIDDEN: usize, const M: usize, A, P, SS, MS, TS: Sequence>
    Sealed for AttentionDecoder<VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS>
{
}

#[diagnostic::do_not_recommend]
impl<const VOCAB: usize, const DIM: usize, C, const HIDDEN: usize, const M: usize, A, P, SS, MS, TS> Decoder
    for AttentionDecoder<VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS>
where
    C: Cell,
    A: AttentionScore<HIDDEN, M>,
    P: Projection<VOCAB, DIM>,
    SS: Sequence<Step = Token>,
    MS: Sequence<Step = [f32; M]>,
    TS: Sequence<Step = Token>,
{
    type Source = SS;
    type Memory = MS;
    type Target = TS;
    type Logits = [f32; VOCAB];
    type Output = TS::With<[f32; VOCAB]>;
    type Tape<const B: usize> = AttentionDecoderTape<A, DIM, C, HIDDEN, M, MS, TS, B>;
    type Ready = Ready<A, HIDDEN, M, MS>;
    type State = C::State<HIDDEN>;

    const MACS: u64 = {
        let [query, key, both] = A::MACS;
        let (t, s, dim, m) = (TS::STEPS as u64, MS::STEPS as u64, DIM as u64, M as u64);
        let recurrent = <Recurrent<C, DIM, HIDDEN, TS::With<[f32; DIM]>, All, 0> as Layer>::MACS;
        let attention = t * query + s * key + t * s * (both + m);
        recurrent + attention + t * (HIDDEN as u64 + m) * dim + t * dim * VOCAB as u64
    };

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        let size = if P::TIED { DIM } else { 1 };
        init.or(Init::LecunNormal).fill(self.embedding.weight.as_flattened_mut(), size, DIM, rng);
        self.recurrent.initialize(init, rng);
        self.attention.initialize(init, rng);
        let combine = &mut self.combine;
        init.or(Init::GlorotUniform).fill(crate::memory::plain::flatten_mut(&mut combine.weight), HIDDEN + M, DIM, rng);
        combine.bias.fill(0.0);
        self.output.initialize(init, rng);
    }

    fn forward<const B: usize>(
        &self,
        TeacherForced { memories, targets, .. }: TeacherForced<SS, MS, TS>,
        logits: &mut [Self::Output],
        tape: &mut Self::Tape<B>,
    ) {
        self.read::<B>(targets, tape);
        let samples = tape.states.iter().zip(&mut tape.samples);
        for ((memory, logits), (states, sample)) in memories.iter().zip(logits).zip(samples) {
            self.look(memory, states.steps(), sample);
            let combined = steps::<TS, _>(&mut sample.combined, states.length());
            self.output.map(&self.embedding.weight, combined, logits.begin(states.length()));
        }
    }

    fn backward<const B: usize>(
        &self,
        TeacherForced { memories, targets, .. }: TeacherForced<SS, MS, TS>,
        tape: &mut Self::Tape<B>,
        d_logits: &mut [Gradient<Self::Output>],
        d_memories: &mut [Gradient<MS>],
        gradient: &mut Self,
    ) {
        let AttentionDecoderTape { states, samples, d_states, buffer, .. } = &mut *tape;
        let samples = states.iter().zip(samples).zip(d_states);
        let lessons = memories.iter().zip(targets).zip(d_logits).zip(d_memories);
        for ((((memory, target), d_logits), d_memory), ((states, sample), d_states)) in lessons.zip(samples) {
            clear(d_memory);
            clear(&mut buffer.features);
            let d_logits = first_mut(Self::Output::buffer_mut(d_logits), target.length());
            self.look_back(memory, states, sample, buffer, d_logits, None, d_states, d_memory, gradient);
        }
        self.read_back::<B>(targets, tape, |_, _, _| (), gradient);
    }

    fn prepare(&self, memory: &MS, ready: &mut Self::Ready) {
        self.attention.keys(memory.steps(), &mut ready.keys);
    }

    fn step(
        &self,
        _source: &SS,
        memory: &MS,
        ready: &mut Self::Ready,
        state: &mut Self::State,
        token: Token,
        logits: &mut [f32; VOCAB],
        weights: &mut MS::Buffer<f32>,
    ) {
        let (_, combined) = self.look_once(memory, ready, state, &self.vector(token), weights);
        self.output.map(&self.embedding.weight, from_ref(&combined), from_mut(logits));
    }

    fn check_target(target: &TS) -> Result<(), InputError> {
        check_tokens(target, VOCAB)
    }

    fn export(&self, graph: &mut dyn Graph, forced: Exported) -> Result<Value, Refusal> {
        let read = self.export_read(graph, forced.target)?;
        let ready = self.export_ready(graph, forced.memory)?;
        Ok(self.export_look(graph, forced.memory, ready, read)?.logits)
    }

    fn export_ready(&self, graph: &mut dyn Graph, memory: Value) -> Result<Value, Refusal> {
        graph.scope("attention", |graph| self.attention.export_keys(graph, memory))
    }

    fn export_step(
        &self,
        graph: &mut dyn Graph,
        forced: Exported,
        ready: Value,
        state: Value,
    ) -> Result<[Value; 2], Refusal> {
        let (read, state) = self.export_read_once(graph, forced.target, state)?;
        Ok([self.export_look(graph, forced.memory, ready, read)?.logits, state])
    }
}

impl<const VOCAB: usize, const DIM: usize, C, const HIDDEN: usize, const M: usize, A, P, SS, MS, TS>
    AttentionDecoder<VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS>
where
    C: Cell,
    A: AttentionScore<HIDDEN, M>,
    MS: Sequence<Step = [f32; M]>,
    TS: Sequence<Step = Token>,
{
    /// Steps 2 to 4 for one token, of which the vector is `word`: gives `[s, c]` and `h`.
    pub(super) fn look_once(
        &self,
        memory: &MS,
        ready: &mut Ready<A, HIDDEN, M, MS>,
        state: &mut C::State<HIDDEN>,
        word: &[f32; DIM],
        weights: &mut MS::Buffer<f32>,
    ) -> (Pair<[f32; HIDDEN], [f32; M]>, [f32; DIM]) {
        let mut features = Pair(self.recurrent.step(state, word), [0.0; M]);
        let query = Query { queries: from_ref(state.h()), memory: memory.steps() };
        let Ready { keys, projected } = ready;
        let (weights, context) = (core::array::from_mut(weights), RowsMut::of(from_mut(&mut features.1)));
        answer::<A, HIDDEN, M, [Token; 1], MS>(&self.attention, query, keys, projected, weights, context);
        let mut combined = [0.0; DIM];
        self.combine.map(from_ref(&features), from_mut(&mut combined));
        (features, combined)
    }
}

/// That all tokens are in a vocabulary of this size.
pub(super) fn check_tokens<S: Sequence<Step = Token>>(tokens: &S, vocabulary: usize) -> Result<(), InputError> {
    match tokens.steps().iter().enumerate().find(|(_, token)| token.index() >= vocabulary) {
        Some((step, token)) => Err(InputError::Token { token: token.0, step, vocabulary }),
        None => Ok(()),
    }
}
