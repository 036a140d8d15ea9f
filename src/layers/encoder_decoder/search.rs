//! The most probable target for a source: token by token, the best each time ([`greedy`](EncoderDecoder::greedy)), or with the best few
//! beginnings kept side by side ([`beam`](EncoderDecoder::beam)). All memory is lent, and as large as its types say.

use core::slice::{from_mut, from_ref};

use super::EncoderDecoder;
use super::decoder::Decoder;
use crate::kernel::math;
use crate::layer::Layer;
use crate::layer::activation::max;
use crate::layers::attention::AttentionWeights;
use crate::memory::plain::{Parameters, Plain, clear};
use crate::shape::sequence::{END, START};
use crate::shape::sequence::{Sequence, Token};

/// What was said, and what was looked at for it.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Decoded<D: Decoder> {
    tokens: <D::Target as Sequence>::Buffer<Token>,
    weights: AttentionWeights<D::Target, D::Memory>,
    length: u32,
    log_probability: f32,
}

crate::memory::plain::opaque_debug! { [D: Decoder] Decoded, Decoded<D> }

impl<D: Decoder> Decoded<D> {
    /// The tokens, without the one that stands for the end.
    pub fn tokens(&self) -> &[Token] {
        let all = self.all();
        all.strip_suffix(&[END]).unwrap_or(all)
    }

    /// Whether the end was said, or there was no more room.
    pub fn is_complete(&self) -> bool {
        self.all().ends_with(&[END])
    }

    /// The logarithm of the probability of what was said, the end included.
    pub fn log_probability(&self) -> f32 {
        self.log_probability
    }

    /// For each token, and the end if that was said, what each step of the source weighed. Behind the end of the source are zeros.
    pub fn attention(&self) -> impl Iterator<Item = &[f32]> {
        let rows = <D::Target as Sequence>::all(from_ref(&self.weights)).iter().take(self.all().len());
        rows.map(|row| <D::Memory as Sequence>::all(from_ref(row)))
    }

    fn all(&self) -> &[Token] {
        let tokens = <D::Target as Sequence>::all(from_ref(&self.tokens));
        tokens.get(..self.length as usize).unwrap_or(tokens)
    }

    /// Adds a token, and shows where its weights go.
    fn push(&mut self, token: Token) -> Option<&mut <D::Memory as Sequence>::Buffer<f32>> {
        let place = self.length as usize;
        *<D::Target as Sequence>::all_mut(from_mut(&mut self.tokens)).get_mut(place)? = token;
        self.length += 1;
        <D::Target as Sequence>::all_mut(from_mut(&mut self.weights)).get_mut(place)
    }
}

/// What saying a target borrows.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Decoding<E: Layer, D: Decoder> {
    scratch: E::Scratch<1>,
    memory: D::Memory,
    ready: D::Ready,
    logits: D::Logits,
    weights: <D::Memory as Sequence>::Buffer<f32>,
    decoded: Decoded<D>,
}

crate::memory::plain::opaque_debug! { [E: Layer, D: Decoder] Decoding, Decoding<E, D> }

/// What saying a target with `K` beginnings side by side borrows.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Beam<E: Layer, D: Decoder, const K: usize> {
    decoding: Decoding<E, D>,
    states: [D::State; K],
    next_states: [D::State; K],
    /// Of each token that was kept, in the row of its step: which one, and after which of the step before.
    steps: <D::Target as Sequence>::Buffer<[Link; K]>,
}

crate::memory::plain::opaque_debug! { [E: Layer, D: Decoder, const K: usize] Beam, Beam<E, D, K> }

/// A token, and the position of the one before among those that were kept.
#[derive(Clone, Copy, Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Link {
    token: Token,
    before: u32,
}

crate::memory::plain::opaque_debug! { [] Link, Link }

/// A beginning with one more token.
#[derive(Clone, Copy)]
struct Candidate {
    log_probability: f32,
    link: Link,
}

impl Candidate {
    const NONE: Candidate = Candidate { log_probability: f32::NEG_INFINITY, link: Link { token: END, before: 0 } };
}

impl<E, D> EncoderDecoder<E, D>
where
    D: Decoder,
    E: Layer<Input = D::Source, Output = D::Memory>,
{
    /// Reads the source.
    fn read(&self, source: &D::Source, decoding: &mut Decoding<E, D>) {
        let Decoding { scratch, memory, ready, decoded, .. } = decoding;
        self.encoder.infer::<1>(from_ref(source), from_mut(memory), scratch);
        self.decoder.prepare(memory, ready);
        clear(decoded);
    }

    /// Says the target of which each token is the most probable one after those before, up to the end or as far as there is room.
    pub fn greedy<'a>(&self, source: &D::Source, decoding: &'a mut Decoding<E, D>) -> &'a Decoded<D> {
        self.read(source, decoding);
        let Decoding { memory, ready, logits, weights, decoded, .. } = decoding;
        let (mut state, mut token) = (crate::memory::plain::zeroed(), START);
        for _ in 0..D::Target::STEPS {
            self.decoder.step(source, memory, ready, &mut state, token, logits, weights);
            let logits = logits.as_flat();
            let best = (0_u32..)
                .zip(logits)
                .fold((0, f32::NEG_INFINITY), |best, (i, z)| if *z > best.1 { (i, *z) } else { best });
            token = Token(best.0);
            decoded.log_probability += best.1 - log_sum(logits);
            if let Some(place) = decoded.push(token) {
                core::mem::swap(place, weights);
            }
            if token == END {
                break;
            }
        }
        decoded
    }

    /// Says the most probable target that is found when the `K` most probable beginnings are kept side by side. With as many as there are
    /// beginnings at all, it is the most probable target.
    pub fn beam<'a, const K: usize>(&self, source: &D::Source, beam: &'a mut Beam<E, D, K>) -> &'a Decoded<D> {
        let Beam { decoding, states, next_states, steps } = beam;
        self.read(source, decoding);
        states.iter_mut().for_each(clear);
        let mut kept = [Candidate::NONE; K];
        if let Some(first) = kept.first_mut() {
            *first = Candidate { log_probability: 0.0, link: Link { token: START, before: 0 } };
        }
        let mut alive = kept.len().min(1);
        let mut ended: Option<(usize, Candidate)> = None;
        let rows = <D::Target as Sequence>::all_mut(from_mut(&mut *steps));
        for (number, row) in rows.iter_mut().enumerate() {
            let mut best = [Candidate::NONE; K];
            let mut end = Candidate::NONE;
            for (before, (candidate, state)) in (0_u32..).zip(kept.iter().zip(&mut *states).take(alive)) {
                let Decoding { memory, ready, logits, weights, .. } = &mut *decoding;
                self.decoder.step(source, memory, ready, state, candidate.link.token, logits, weights);
                let logits = logits.as_flat();
                let base = candidate.log_probability - log_sum(logits);
                for (token, z) in (0..).map(Token).zip(logits) {
                    let candidate = Candidate { log_probability: base + z, link: Link { token, before } };
                    if token != END {
                        insert(&mut best, candidate);
                    } else if candidate.log_probability > end.log_probability {
                        end = candidate;
                    }
                }
            }
            if ended.is_none_or(|(_, ended)| end.log_probability > ended.log_probability) {
                ended = Some((number, end));
            }
            alive = best.iter().take_while(|candidate| candidate.log_probability > f32::NEG_INFINITY).count();
            for ((candidate, link), state) in best.iter().zip(row).zip(&mut *next_states) {
                *link = candidate.link;
                if let Some(before) = states.get(candidate.link.before as usize) {
                    *state = *before;
                }
            }
            kept = best;
            core::mem::swap(states, next_states);
            // no beginning becomes more probable by going on
            let most = kept.first().map_or(f32::NEG_INFINITY, |candidate| candidate.log_probability);
            if alive == 0 || ended.is_some_and(|(_, ended)| ended.log_probability >= most) {
                break;
            }
        }
        self.trace(source, decoding, steps, ended);
        &beam.decoding.decoded
    }

    /// Says once more what was found, from its last token back to its first, then forward for the weights of the attention.
    fn trace<const K: usize>(
        &self,
        source: &D::Source,
        decoding: &mut Decoding<E, D>,
        steps: &<D::Target as Sequence>::Buffer<[Link; K]>,
        ended: Option<(usize, Candidate)>,
    ) {
        let Decoding { memory, ready, logits, weights, decoded, .. } = decoding;
        let Some((last, Candidate { log_probability, link })) = ended else { return };
        decoded.log_probability = log_probability;
        decoded.length = last as u32 + 1;
        let rows = <D::Target as Sequence>::all(from_ref(steps));
        let places = <D::Target as Sequence>::all_mut(from_mut(&mut decoded.tokens)).iter_mut().take(last + 1);
        let mut link = link;
        // the row of a step holds what was kept there, and so what comes before the step after
        for (step, place) in places.enumerate().rev() {
            *place = link.token;
            let before = step.checked_sub(1).and_then(|step| rows.get(step)?.get(link.before as usize));
            link = before.copied().unwrap_or(link);
        }
        let tokens = <D::Target as Sequence>::all(from_ref(&decoded.tokens)).iter().take(last);
        let (mut state, rows) =
            (crate::memory::plain::zeroed(), <D::Target as Sequence>::all_mut(from_mut(&mut decoded.weights)));
        for (token, row) in [START].iter().chain(tokens).zip(rows) {
            self.decoder.step(source, memory, ready, &mut state, *token, logits, weights);
            core::mem::swap(row, weights);
        }
    }
}

/// `ln Σ exp z`
fn log_sum(z: &[f32]) -> f32 {
    let greatest = max(z);
    greatest + math::ln(z.iter().map(|z| math::exp(z - greatest)).sum())
}

/// Keeps a candidate if it is better than one of those that are kept, the best of which comes first.
fn insert<const K: usize>(best: &mut [Candidate; K], candidate: Candidate) {
    let mut candidate = candidate;
    for place in best {
        if candidate.log_probability > place.log_probability {
            core::mem::swap(place, &mut candidate);
        }
    }
}
