//! From one sequence of tokens to another, of another length (Sutskever et al., Cho et al. 2014): an encoder reads the source, a decoder
//! says the target token by token, each made of the source and of the tokens before.
//!
//! | file | what |
//! |---|---|
//! | `decoder` | what a decoder is |
//! | `attention_decoder` | one that looks at the source by attention |
//! | `projection` | from its last hidden layer to a number for each word, by a table of its own or that of the embedding |
//! | `copying` | one that can also copy words of the source |
//! | `known_tokens` | words that are in no vocabulary, before an embedding |
//! | `export` | the decoders as operators of ONNX |
//! | `search` | the most probable target: greedily, or by a beam |
//!
//! Training is by *teacher forcing*: the decoder is given the target as it should be, one token late, and all steps are learned at once. So
//! the whole is a layer as any other, from a pair of source and late target to logits.

mod attention_decoder;
mod copying;
mod decoder;
mod export;
mod known_tokens;
mod projection;
mod search;

use core::fmt::Display;
use core::slice::{from_mut, from_ref};

use rand::Rng;

pub use attention_decoder::{AttentionDecoder, Combine};
pub use copying::{CopyingDecoder, Gate};
pub use decoder::{Decoder, Exported, TeacherForced};
pub use known_tokens::KnownTokens;
pub use projection::{Projection, Tied};
pub use search::{Beam, Decoded, Decoding};

use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, GradientOf, InputError, Layer, Pass};
use crate::layers::chain::Composed;
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, Plain};
use crate::shape::{finite, first, first_mut};

/// The encoder `E`, from the source to a memory with as many steps, and the decoder `D`, which looks at that memory.
///
/// As a layer it takes a [`Pair`] of the source and of the target one token late, and gives logits for each token of the target: what a
/// [`Tokenizer`](crate::data::tokenizer::Tokenizer) calls a lesson is the second half of an input, and the target of
/// [`CrossEntropy`](crate::CrossEntropy). Padding is not learned from.
///
/// ```
/// use congruent::tokenizer::{END, START};
/// use congruent::{Pair, zeroed_box, prelude::*};
///
/// network! {
///     struct Translator {
///         model: EncoderDecoder<
///             [Embedding<20, 8>, Gru<8, 16>],
///             AttentionDecoder<30, 8, 16, score = Dot, embedding = tied>,
///             source = 6, target = 8,
///         >,
///     }
/// }
///
/// let mut translator = Translator::seeded(1);
/// let mut workspace = Workspace::boxed();
/// let source = Padded::new(&[5, 6, 7].map(Token))?;
/// let late = Padded::new(&[START, Token(9), Token(10)])?;
/// let said = Padded::new(&[Token(9), Token(10), END])?;
/// let trainer = Trainer::new(CrossEntropy::new(), Adam::new(0.01));
/// for _ in 0..60 {
///     trainer.step::<_, _, 1>(&mut *translator, &mut *workspace, &[Pair(source, late)], &[said])?;
/// }
///
/// let mut memory = zeroed_box();
/// assert_eq!(translator.model.greedy(&source, &mut memory).tokens(), [9, 10].map(Token));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, Parameters, GradientOf)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct EncoderDecoder<E, D> {
    /// Reads the source.
    pub encoder: E,
    /// Says the target.
    pub decoder: D,
}

impl<E, D> Composed for EncoderDecoder<E, D> {
    type First = E;
    type Second = D;
}

/// What backward needs of up to `B` pairs.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct EncoderDecoderTape<E: Layer, D: Decoder, const B: usize> {
    encoder: E::Tape<B>,
    sources: [D::Source; B],
    targets: [D::Target; B],
    memories: [D::Memory; B],
    d_memories: [Gradient<D::Memory>; B],
    decoder: D::Tape<B>,
}

crate::memory::plain::opaque_debug! { [E: Layer, D: Decoder, const B: usize] EncoderDecoderTape, EncoderDecoderTape<E, D, B> }

/// What inference needs of one pair.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct EncoderDecoderScratch<E: Layer, D: Decoder> {
    encoder: E::Scratch<1>,
    memory: D::Memory,
    decoder: D::Tape<1>,
}

crate::memory::plain::opaque_debug! { [E: Layer, D: Decoder] EncoderDecoderScratch, EncoderDecoderScratch<E, D> }

#[diagnostic::do_not_recommend]
impl<E, D> Layer for EncoderDecoder<E, D>
where
    D: Decoder,
    E: Layer<Input = D::Source, Output = D::Memory>,
{
    type Input = Pair<D::Source, D::Target>;
    type Output = D::Output;
    type Head = crate::Linear;
    type Gradient = EncoderDecoderGradient<E::Gradient, D>;
    type Scratch<const B: usize> = EncoderDecoderScratch<E, D>;
    type Tape<const B: usize> = EncoderDecoderTape<E, D, B>;

    const MACS: u64 = E::MACS + D::MACS;
    const LEAST_SAMPLES: usize = E::LEAST_SAMPLES;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.encoder.initialize(init, rng);
        self.decoder.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, x: &[Self::Input], z: &mut [D::Output], scratch: &mut Self::Scratch<B>) {
        let EncoderDecoderScratch { encoder, memory, decoder } = scratch;
        for (Pair(source, target), z) in x.iter().zip(z) {
            self.encoder.infer::<1>(from_ref(source), from_mut(memory), encoder);
            let forced =
                TeacherForced { sources: from_ref(source), memories: from_ref(&*memory), targets: from_ref(target) };
            self.decoder.forward::<1>(forced, from_mut(z), decoder);
        }
    }

    fn forward<const B: usize>(
        &self,
        x: &[Self::Input],
        z: &mut [D::Output],
        tape: &mut Self::Tape<B>,
        pass: &mut Pass,
    ) {
        let EncoderDecoderTape { encoder, sources, targets, memories, decoder, .. } = tape;
        for (Pair(source, target), (to_source, to_target)) in x.iter().zip(sources.iter_mut().zip(&mut *targets)) {
            (*to_source, *to_target) = (*source, *target);
        }
        let (sources, targets) = (first(sources, x.len()), first(targets, x.len()));
        let memories = first_mut(memories, x.len());
        self.encoder.forward::<B>(sources, memories, encoder, pass);
        self.decoder.forward::<B>(TeacherForced { sources, memories, targets }, z, decoder);
    }

    fn backward<const B: usize>(
        &self,
        x: &[Self::Input],
        _z: &[D::Output],
        tape: &mut Self::Tape<B>,
        dz: &mut [Gradient<D::Output>],
        _dx: Option<&mut [Gradient<Self::Input>]>, // tokens have none
        gradient: &mut Self::Gradient,
    ) {
        let EncoderDecoderTape { encoder, sources, targets, memories, d_memories, decoder } = tape;
        let (sources, targets) = (first(sources, x.len()), first(targets, x.len()));
        let (memories, d_memories) = (first(memories, x.len()), first_mut(d_memories, x.len()));
        let forced = TeacherForced { sources, memories, targets };
        self.decoder.backward::<B>(forced, decoder, dz, d_memories, &mut gradient.decoder);
        self.encoder.backward::<B>(sources, memories, encoder, d_memories, None, &mut gradient.encoder);
    }

    fn inspect<const B: usize>(tape: &Self::Tape<B>, samples: usize, tell: &mut dyn FnMut(&dyn Display, bool)) {
        E::inspect::<B>(&tape.encoder, samples, tell);
        tell(&"encoder", finite(first(&tape.memories, samples)));
    }

    fn check_input(Pair(source, target): &Self::Input) -> Result<(), InputError> {
        E::check_input(source)?;
        D::check_target(target)
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let [source, target] = graph.pair(input, ["source", "target"])?;
        let memory = graph.scope("encoder", |graph| self.encoder.export(graph, source))?;
        graph.scope("decoder", |graph| self.decoder.export(graph, Exported { source, memory, target }))
    }
}
