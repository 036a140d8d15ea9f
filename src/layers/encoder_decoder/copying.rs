//! A decoder that can also copy words of the source (See, Liu, Manning, "Get to the point: summarization with pointer-generator networks",
//! 2017). So it says names that it has never seen.
//!
//! Of each token, with what [`AttentionDecoder`] makes of it: the probabilities `p = softmax(z)` of the words of the vocabulary, the weights
//! `A` of the source's tokens, and a gate `g = σ(w·[s, c] + u·x + b)` between the two:
//!
//! `P[v] = g·p[v] + (1 − g)·Σ A[j]` over the places `j` where the source has the word `v`; `z' = ln P`.
//!
//! A word that the vocabulary does not have is numbered `VOCAB + j` by the first place `j` where it stands in the source; so there are
//! `OUT = VOCAB + S` words that can be said.
//!
//! Backward, with `d = ∂loss/∂z'` and the share `e[v] = d[v]·g·p[v] / P[v]`: `∂loss/∂z = e − p·Σ e`,
//! `∂loss/∂A[j] = (1 − g)·d[v] / P[v]` for the word `v` at the place `j`, and by what is under `σ`, `(1 − g)·Σ e − g·Σ A[j]·∂loss/∂A[j]`.

use core::slice::{from_mut, from_ref};

use rand::Rng;

use super::attention_decoder::{AttentionDecoder, AttentionDecoderTape, Ready, check_tokens, steps};
use super::decoder::{Decoder, Exported, TeacherForced};
use super::projection::Projection;
use crate::kernel::{self, Wide, math, wide};
use crate::layer::activation::{max, scale_to_one};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, InputError};
use crate::layers::attention::{AttentionScore, AttentionWeights};
use crate::layers::recurrent::Cell;
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, Plain, clear, flatten_mut};
use crate::sealed::Sealed;
use crate::shape::first_mut;
use crate::shape::sequence::{Sequence, Token};

/// An [`AttentionDecoder`] that copies. `OUT` is the sum of its vocabulary and of the source's capacity; before the encoder's embedding come
/// [`KnownTokens`](super::KnownTokens).
#[derive(Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct CopyingDecoder<
    const OUT: usize,
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
    /// What says words of the vocabulary.
    pub generator: AttentionDecoder<VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS>,
    /// How much is said, how much is copied.
    pub gate: Gate<DIM, HIDDEN, M>,
}

crate::memory::plain::copied_by_layout! { [const OUT: usize, const VOCAB: usize, const DIM: usize, C: Cell, const HIDDEN: usize, const M: usize, A, P, SS, MS, TS: Sequence] CopyingDecoder, CopyingDecoder<OUT, VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS> }

/// `g = σ(w·[s, c] + u·x + b)`
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Gate<const DIM: usize, const HIDDEN: usize, const M: usize> {
    /// `w`
    pub features: Pair<[f32; HIDDEN], [f32; M]>,
    /// `u`
    pub word: [f32; DIM],
    /// `b`
    pub bias: [f32; 1],
}

impl<const DIM: usize, const HIDDEN: usize, const M: usize> Gate<DIM, HIDDEN, M> {
    fn open(&self, features: &Pair<[f32; HIDDEN], [f32; M]>, word: &[f32; DIM]) -> f32 {
        let [bias] = self.bias;
        math::sigmoid(
            dot(&self.features.0, &features.0) + dot(&self.features.1, &features.1) + dot(&self.word, word) + bias,
        )
    }
}

fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Adds `factor·from` to `to`.
fn add(to: &mut [f32], from: &[f32], factor: f32) {
    kernel::zip(to, from, |to, from| to + factor * from);
}

/// One step of the mixture.
struct Mix<'a, const VOCAB: usize, const OUT: usize> {
    /// The words of the source, and their weights.
    source: &'a [Token],
    weights: &'a [f32],
    gate: f32,
    /// The logits of the vocabulary, which become probabilities.
    words: &'a mut [f32; VOCAB],
    /// The logits of the mixture.
    mixture: &'a mut [f32; OUT],
}

impl<const VOCAB: usize, const OUT: usize> Wide for Mix<'_, VOCAB, OUT> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Mix { source, weights, gate, words, mixture } = self;
        let greatest = max(words);
        words.iter_mut().for_each(|word| *word -= greatest);
        math::exp_each(words);
        scale_to_one(words);
        mixture.fill(0.0);
        mixture.iter_mut().zip(&*words).for_each(|(place, word)| *place = gate * word);
        for (token, weight) in source.iter().zip(weights) {
            if let Some(place) = mixture.get_mut(token.index()) {
                *place += (1.0 - gate) * weight;
            }
        }
        mixture.iter_mut().for_each(|place| *place = math::ln(place.max(f32::MIN_POSITIVE)));
    }
}

/// One step of the mixture back.
struct MixBack<'a, const VOCAB: usize, const OUT: usize> {
    source: &'a [Token],
    weights: &'a [f32],
    gate: f32,
    words: &'a [f32; VOCAB],
    d_mixture: &'a [f32; OUT],
    /// Room.
    total: &'a mut [f32; OUT],
    d_words: &'a mut [f32; VOCAB],
    d_weights: &'a mut [f32],
    d_gate: &'a mut f32,
}

impl<const VOCAB: usize, const OUT: usize> Wide for MixBack<'_, VOCAB, OUT> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let MixBack { source, weights, gate, words, d_mixture, total, d_words, d_weights, d_gate } = self;
        total.fill(0.0);
        total.iter_mut().zip(words).for_each(|(total, word)| *total = gate * word);
        for (token, weight) in source.iter().zip(weights) {
            if let Some(total) = total.get_mut(token.index()) {
                *total += (1.0 - gate) * weight;
            }
        }
        total.iter_mut().for_each(|total| *total = total.max(f32::MIN_POSITIVE));
        for (((share, word), d), total) in d_words.iter_mut().zip(words).zip(d_mixture).zip(&*total) {
            *share = d * (gate * word / total);
        }
        let decoded: f32 = d_words.iter().sum();
        d_words.iter_mut().zip(words).for_each(|(d, word)| *d -= word * decoded);
        let mut copied = 0.0;
        for ((token, weight), d_weight) in source.iter().zip(weights).zip(d_weights) {
            let of = |numbers: &[f32; OUT]| numbers.get(token.index()).copied();
            *d_weight = of(d_mixture).zip(of(total)).map_or(0.0, |(d, total)| (1.0 - gate) * d / total);
            copied += weight * *d_weight;
        }
        *d_gate = (1.0 - gate) * decoded - gate * copied;
    }
}

/// What backward needs of up to `B` samples.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct CopyingDecoderTape<
    const OUT: usize,
    const VOCAB: usize,
    const DIM: usize,
    C: Cell,
    const HIDDEN: usize,
    const M: usize,
    A: AttentionScore<HIDDEN, M>,
    MS: Sequence,
    TS: Sequence,
    const B: usize,
> {
    /// That of the generator.
    pub generator: AttentionDecoderTape<A, DIM, C, HIDDEN, M, MS, TS, B>,
    /// `p` of each token.
    words: [TS::Buffer<[f32; VOCAB]>; B],
    /// `g` of each token.
    pub gates: [TS::Buffer<f32>; B],
    d_gates: [TS::Buffer<f32>; B],
    d_words: TS::Buffer<[f32; VOCAB]>,
    d_weights: AttentionWeights<TS, MS>,
    total: [f32; OUT],
}

crate::memory::plain::opaque_debug! { [const OUT: usize, const VOCAB: usize, const DIM: usize, C: Cell, const HIDDEN: usize, const M: usize, A: AttentionScore<HIDDEN, M>, MS: Sequence, TS: Sequence, const B: usize] CopyingDecoderTape, CopyingDecoderTape<OUT, VOCAB, DIM, C, HIDDEN, M, A, MS, TS, B> }

impl<const OUT: usize, const VOCAB: usize, const DIM: usize, C, const HIDDEN: usize, const M: usize, A, P, SS, MS, TS>
    CopyingDecoder<OUT, VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS>
where
    C: Cell,
    SS: Sequence,
    MS: Sequence,
    TS: Sequence,
{
    /// That all that can be said has a number.
    const FITS: () = assert!(
        OUT == VOCAB + MS::STEPS && SS::STEPS == MS::STEPS,
        "a decoder that copies can say the words of its vocabulary and one for each step of the source"
    );
}

impl<
    const OUT: usize,
    const VOCAB: usize,
    const DIM: usize,
    C: Cell,
    const HIDDEN: usize,
    const M: usize,
    A,
    P,
    SS,
    MS,
    TS,
> Sealed for CopyingDecoder<OUT, VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS>
where
    TS: Sequence,
{
}

impl<const OUT: usize, const VOCAB: usize, const DIM: usize, C, const HIDDEN: usize, const M: usize, A, P, SS, MS, TS>
    Decoder for CopyingDecoder<OUT, VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS>
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
    type Logits = [f32; OUT];
    type Output = TS::With<[f32; OUT]>;
    type Tape<const B: usize> = CopyingDecoderTape<OUT, VOCAB, DIM, C, HIDDEN, M, A, MS, TS, B>;
    type Ready = Ready<A, HIDDEN, M, MS>;
    type State = C::State<HIDDEN>;

    const MACS: u64 = {
        let gate = TS::STEPS * (HIDDEN + M + DIM);
        <AttentionDecoder<VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS> as Decoder>::MACS + gate as u64
    };

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.generator.initialize(init, rng);
        let Gate { features, word, bias } = &mut self.gate;
        let init = init.or(Init::GlorotUniform);
        init.fill(flatten_mut(from_mut(features)), HIDDEN + M + DIM, 1, rng);
        init.fill(word, HIDDEN + M + DIM, 1, rng);
        bias.fill(0.0);
    }

    fn forward<const B: usize>(
        &self,
        TeacherForced { sources, memories, targets }: TeacherForced<SS, MS, TS>,
        logits: &mut [Self::Output],
        tape: &mut Self::Tape<B>,
    ) {
        const { Self::FITS };
        let CopyingDecoderTape { generator: inner, words, gates, .. } = tape;
        self.generator.read::<B>(targets, inner);
        let samples = inner.embedded.iter().zip(&inner.states).zip(&mut inner.samples).zip(words.iter_mut().zip(gates));
        let lessons = sources.iter().zip(memories).zip(logits);
        for (((source, memory), logits), (((embedded, states), sample), (words, gates))) in lessons.zip(samples) {
            let length = states.length();
            self.generator.look(memory, states.steps(), sample);
            let (words, gates) = (steps::<TS, _>(words, length), steps::<TS, _>(gates, length));
            let combined = steps::<TS, _>(&mut sample.combined, length);
            self.generator.output.map(&self.generator.embedding.weight, combined, words);
            let features = steps::<TS, _>(&mut sample.features, length);
            let weights = TS::all(from_ref(&sample.weights));
            let made = features.iter().zip(embedded.steps()).zip(weights);
            for (((words, gate), mixture), ((features, word), weights)) in
                words.iter_mut().zip(gates).zip(logits.begin(length)).zip(made)
            {
                *gate = self.gate.open(features, word);
                let weights = MS::all(from_ref(weights));
                wide(Mix { source: source.steps(), weights, gate: *gate, words, mixture });
            }
        }
    }

    fn backward<const B: usize>(
        &self,
        TeacherForced { sources, memories, targets }: TeacherForced<SS, MS, TS>,
        tape: &mut Self::Tape<B>,
        d_logits: &mut [Gradient<Self::Output>],
        d_memories: &mut [Gradient<MS>],
        gradient: &mut Self,
    ) {
        let CopyingDecoderTape { generator: inner, words, gates, d_gates, d_words, d_weights, total } = tape;
        let AttentionDecoderTape { states, samples, d_states, buffer, .. } = &mut *inner;
        let samples = states.iter().zip(samples).zip(d_states).zip(words.iter_mut().zip(gates).zip(&mut *d_gates));
        let lessons = sources.iter().zip(memories).zip(d_logits).zip(d_memories);
        for ((((source, memory), d_logits), d_memory), (((states, sample), d_states), ((words, gates), d_gates))) in
            lessons.zip(samples)
        {
            let length = states.length();
            clear(d_memory);
            clear(&mut *d_weights);
            let d_words = steps::<TS, _>(d_words, length);
            let d_logits = first_mut(Self::Output::buffer_mut(d_logits), length);
            let [gates, d_gates] = [gates, d_gates].map(|buffer| steps::<TS, f32>(buffer, length));
            let rows = TS::all(from_ref(&sample.weights)).iter().zip(TS::all_mut(from_mut(&mut *d_weights)));
            let back = d_words.iter_mut().zip(d_gates.iter_mut()).zip(rows);
            for (((words, gate), d_mixture), ((d_words, d_gate), (weights, d_weights))) in
                steps::<TS, _>(words, length).iter().zip(&*gates).zip(d_logits).zip(back)
            {
                let (weights, d_weights) = (MS::all(from_ref(weights)), MS::all_mut(from_mut(d_weights)));
                let (source, gate, total) = (source.steps(), *gate, &mut *total);
                wide(MixBack { source, weights, gate, words, d_mixture, total, d_words, d_weights, d_gate });
            }
            let features = steps::<TS, Pair<[f32; HIDDEN], [f32; M]>>(&mut sample.features, length);
            let d_features = steps::<TS, Pair<[f32; HIDDEN], [f32; M]>>(&mut buffer.features, length);
            for ((features, d_features), d_gate) in features.iter().zip(d_features).zip(&*d_gates) {
                clear(d_features);
                for (d, weight) in
                    [(&mut d_features.0[..], &self.gate.features.0[..]), (&mut d_features.1, &self.gate.features.1)]
                {
                    add(d, weight, *d_gate);
                }
                let into = &mut gradient.gate;
                for (d, feature) in [(&mut into.features.0[..], &features.0[..]), (&mut into.features.1, &features.1)] {
                    add(d, feature, *d_gate);
                }
                add(&mut into.bias, &[1.0], *d_gate);
            }
            let by_weights = MS::all(TS::all(from_ref(&*d_weights)));
            let generator = &mut gradient.generator;
            self.generator.look_back(
                memory,
                states,
                sample,
                buffer,
                d_words,
                Some(by_weights),
                d_states,
                d_memory,
                generator,
            );
        }
        let Gate { word: d_word, .. } = &mut gradient.gate;
        let to_vectors = |number: usize, embedded: &[[f32; DIM]], d_embedded: &mut [[f32; DIM]]| {
            let d_gates = d_gates.get(number).map(|buffer| TS::all(from_ref(buffer))).unwrap_or_default();
            for ((word, d), d_gate) in embedded.iter().zip(d_embedded).zip(d_gates) {
                add(d, &self.gate.word, *d_gate);
                add(d_word, word, *d_gate);
            }
        };
        self.generator.read_back::<B>(targets, inner, to_vectors, &mut gradient.generator);
    }

    fn prepare(&self, memory: &MS, ready: &mut Self::Ready) {
        self.generator.prepare(memory, ready);
    }

    fn step(
        &self,
        source: &SS,
        memory: &MS,
        ready: &mut Self::Ready,
        state: &mut Self::State,
        token: Token,
        logits: &mut [f32; OUT],
        weights: &mut MS::Buffer<f32>,
    ) {
        const { Self::FITS };
        let word = self.generator.vector(token);
        let (features, combined) = self.generator.look_once(memory, ready, state, &word, weights);
        let mut words = [0.0; VOCAB];
        self.generator.output.map(&self.generator.embedding.weight, from_ref(&combined), from_mut(&mut words));
        let (gate, weights) = (self.gate.open(&features, &word), MS::all(from_ref(&*weights)));
        wide(Mix { source: source.steps(), weights, gate, words: &mut words, mixture: logits });
    }

    fn check_target(target: &TS) -> Result<(), InputError> {
        check_tokens(target, OUT)
    }

    fn export(&self, graph: &mut dyn Graph, forced: Exported) -> Result<Value, Refusal> {
        let Exported { source, memory, target } = forced;
        let looked = graph.scope("generator", |graph| {
            let read = self.generator.export_read(graph, target)?;
            let ready = self.generator.export_ready(graph, memory)?;
            self.generator.export_look(graph, memory, ready, read)
        })?;
        self.export_mix(graph, source, &looked)
    }

    fn export_ready(&self, graph: &mut dyn Graph, memory: Value) -> Result<Value, Refusal> {
        graph.scope("generator", |graph| self.generator.export_ready(graph, memory))
    }

    fn export_step(
        &self,
        graph: &mut dyn Graph,
        forced: Exported,
        ready: Value,
        state: Value,
    ) -> Result<[Value; 2], Refusal> {
        let Exported { source, memory, target } = forced;
        let (looked, state) = graph.scope("generator", |graph| {
            let (read, state) = self.generator.export_read_once(graph, target, state)?;
            Ok((self.generator.export_look(graph, memory, ready, read)?, state))
        })?;
        Ok([self.export_mix(graph, source, &looked)?, state])
    }
}
