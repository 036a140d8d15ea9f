//! What a decoder is: it says a sequence of tokens, looking at what an encoder made of another one.

use rand::Rng;

use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, InputError};
use crate::memory::plain::{Parameters, Plain};
use crate::sealed::Sealed;
use crate::shape::Tensor;
use crate::shape::sequence::{Sequence, Token};

/// What a decoder learns from: of each sample the source, what the encoder made of it, and the target one token late.
#[derive(Debug)]
pub struct TeacherForced<'a, S, M, T> {
    /// The sources.
    pub sources: &'a [S],
    /// What the encoder made of them.
    pub memories: &'a [M],
    /// The targets, one token late: the first is what stands for the start.
    pub targets: &'a [T],
}

/// The second half of an [`EncoderDecoder`](super::EncoderDecoder).
///
/// In training it maps all steps at once; in inference it is asked for one token after the other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a decoder",
    label = "a decoder implements the trait `congruent::layers::Decoder`: `AttentionDecoder`, `CopyingDecoder`"
)]
pub trait Decoder: Parameters + Sealed {
    /// What the encoder reads.
    type Source: Sequence<Step = Token>;
    /// What the encoder gives.
    type Memory: Sequence;
    /// What is said.
    type Target: Sequence<Step = Token>;
    /// A number for each token that can be said, at each step.
    type Logits: Tensor;
    /// The logits of all steps.
    type Output: Sequence<Step = Self::Logits>;
    /// What backward needs from forward for up to `B` samples.
    type Tape<const B: usize>: Plain;
    /// What is made of a memory, once for all tokens that are said.
    type Ready: Plain;
    /// What goes from token to token, zeros at first.
    type State: Plain + Copy;

    /// Multiply-accumulate operations for a target of full length.
    const MACS: u64;

    /// Draws the parameters anew.
    #[doc(hidden)]
    fn initialize(&mut self, init: Init, rng: &mut dyn Rng);

    /// The logits for each step of the targets.
    #[doc(hidden)]
    fn forward<const B: usize>(
        &self,
        forced: TeacherForced<Self::Source, Self::Memory, Self::Target>,
        logits: &mut [Self::Output],
        tape: &mut Self::Tape<B>,
    );

    /// The chain rule: sets the derivatives by the memories, and adds those by the parameters to `gradient`.
    #[doc(hidden)]
    fn backward<const B: usize>(
        &self,
        forced: TeacherForced<Self::Source, Self::Memory, Self::Target>,
        tape: &mut Self::Tape<B>,
        d_logits: &mut [Gradient<Self::Output>],
        d_memories: &mut [Gradient<Self::Memory>],
        gradient: &mut Self,
    );

    /// Makes of a memory what all steps need.
    #[doc(hidden)]
    fn prepare(&self, memory: &Self::Memory, ready: &mut Self::Ready);

    /// One step: after `token`, the logits for the next one; `weights` are what each step of the memory weighed for it.
    #[allow(clippy::too_many_arguments)] // what is known of the source, where it stands, what comes of it
    #[doc(hidden)]
    fn step(
        &self,
        source: &Self::Source,
        memory: &Self::Memory,
        ready: &mut Self::Ready,
        state: &mut Self::State,
        token: Token,
        logits: &mut Self::Logits,
        weights: &mut <Self::Memory as Sequence>::Buffer<f32>,
    );

    /// Whether a target, one token late, can be learned from.
    ///
    /// # Errors
    ///
    /// When a token is not in the vocabulary.
    #[doc(hidden)]
    fn check_target(target: &Self::Target) -> Result<(), InputError>;

    /// As [`Layer::export`](crate::Layer::export), the logits `[batch, step, word]` of [`forward`](Decoder::forward), from what is
    /// `[batch, step]` of tokens and `[batch, step, number]` of memory.
    #[doc(hidden)]
    fn export(&self, _graph: &mut dyn Graph, _lesson: Exported) -> Result<Value, Refusal> {
        Err(Refusal::new("its decoder has no `export`"))
    }

    /// What [`prepare`](Decoder::prepare) makes of a memory, for [`export_step`](Decoder::export_step).
    #[doc(hidden)]
    fn export_ready(&self, _graph: &mut dyn Graph, _memory: Value) -> Result<Value, Refusal> {
        Err(Refusal::new("its decoder has no `export`"))
    }

    /// What [`step`](Decoder::step) does, of `[batch, 1]` tokens and a state `[batch, number]`, which holds the words of
    /// [`State`](Decoder::State): the logits `[batch, 1, word]`, and the state after it.
    #[doc(hidden)]
    fn export_step(
        &self,
        _graph: &mut dyn Graph,
        _lesson: Exported,
        _ready: Value,
        _state: Value,
    ) -> Result<[Value; 2], Refusal> {
        Err(Refusal::new("its decoder has no `export`"))
    }
}

/// What a decoder is exported upon.
#[derive(Clone, Copy, Debug)]
pub struct Exported {
    /// The sources.
    pub source: Value,
    /// What the encoder made of them.
    pub memory: Value,
    /// The targets, one token late, or one token of each.
    pub target: Value,
}
