//! The one trait that all layers share, and with it networks, which are layers too.

pub(crate) mod activated;
pub mod activation;
pub mod graph;
#[cfg(feature = "onnx")]
pub(crate) mod import;
pub mod init;
pub(crate) mod join;
pub mod map;

use core::fmt::Display;

pub use congruent_macros::GradientOf;

use rand::Rng;

use crate::layer::activation::Activation;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::{Parameters, Plain};
use crate::shape::Shape;

/// The derivative of the loss by a value of shape `S`: as many numbers in the same places, so a value of the same type.
///
/// There is no derivative by a [`Token`](crate::Token), and that of a [`Padded`](crate::Padded) sequence is as long as the sequence
/// itself: of either, what the gradient's own says is not looked at ([`Sequence::buffer`](crate::Sequence::buffer)).
pub type Gradient<S> = S;

/// A mapping with parameters, and the chain rule through it.
///
/// A layer maps `x` to `y`. Training runs [`forward`](Layer::forward), which remembers on the `tape` what the chain rule
/// will need, then [`backward`](Layer::backward), which is given `∂loss/∂y` and computes `∂loss/∂x` and `∂loss/∂w`.
/// [`infer`](Layer::infer) maps without remembering.
///
/// The struct of a layer is [`Parameters`], by the derive of that name. The trait does not say so, but whatever is made of layers
/// asks for it; a layer around other layers, generic over these, has `L: Layer + Parameters`. So a derive that is forgotten is
/// told where the gradient is named, and not again in each method.
///
/// Samples come in slices; all slices of one call have the same length, at most the capacity `B`, which sizes the
/// memory that the call is given. A layer holds its parameters and nothing else.
///
/// [`testing::check_gradients`](crate::testing::check_gradients) tells whether `backward` is the derivative of `forward`.
///
/// A layer without parameters, which needs nothing from its forward pass but inputs and outputs, is shorter as a [`Map`](map::Map).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "a layer implements the trait `congruent::Layer`"
)]
pub trait Layer: Sized + 'static {
    /// What comes in, for one sample.
    type Input: Shape;
    /// What goes out, for one sample.
    type Output: Shape;
    /// The activation that ends the layer, if a loss may see the values before it; else [`Linear`](crate::Linear).
    type Head: Activation;
    /// Where the derivatives by the parameters are gathered: `Self` of a layer that trains all its parameters. A layer that has others for
    /// fields takes what `#[derive(GradientOf)]` writes, which leaves alone what these do not train: the running statistics of a
    /// `BatchNorm`, and frozen layers. One that would train these ([`Layout::non_trainable`](crate::layout::Layout::non_trainable)) does
    /// not compile in a network.
    type Gradient: GradientOf<Self>;
    /// Memory for inference of up to `B` samples, beyond inputs and outputs: usually `()`.
    type Scratch<const B: usize>: Plain;
    /// What backward needs from forward for up to `B` samples, beyond inputs and outputs: often `()`.
    type Tape<const B: usize>: Plain;

    /// Multiply-accumulate operations of the inference of one sample.
    const MACS: u64;

    /// Whether [`backward`](Layer::backward) can set the derivatives by the input. A network that begins with frozen layers
    /// remembers nothing of these, so it cannot, and sets none.
    const REACHES_INPUT: bool = true;

    /// The smallest batch that can be trained on: 2 for a layer with statistics of the batch, such as a `BatchNorm` over vectors, which has
    /// no variance of one sample. A layer around other layers has the largest of theirs; a frozen layer has none.
    ///
    /// Where the capacity of a [`Workspace`](crate::Workspace) is smaller, training does not compile.
    const LEAST_SAMPLES: usize = 1;

    /// Draws the parameters anew.
    fn initialize(&mut self, init: Init, rng: &mut dyn Rng);

    /// Maps `inputs` to `outputs`, as it is done when nothing is to be learned.
    fn infer<const B: usize>(
        &self,
        inputs: &[Self::Input],
        outputs: &mut [Self::Output],
        scratch: &mut Self::Scratch<B>,
    );

    /// Maps `inputs` to `outputs` in training, and writes on the `tape` what [`backward`](Layer::backward) needs.
    fn forward<const B: usize>(
        &self,
        inputs: &[Self::Input],
        outputs: &mut [Self::Output],
        tape: &mut Self::Tape<B>,
        pass: &mut Pass,
    );

    /// The chain rule: from `∂loss/∂output`, which it may overwrite, sets `∂loss/∂input` where that is wanted,
    /// and *adds* the derivatives by the parameters, summed over the samples, to `gradient`.
    fn backward<const B: usize>(
        &self,
        inputs: &[Self::Input],
        outputs: &[Self::Output],
        tape: &mut Self::Tape<B>,
        output_gradients: &mut [Gradient<Self::Output>],
        input_gradients: Option<&mut [Gradient<Self::Input>]>,
        gradient: &mut Self::Gradient,
    );

    /// [`infer`](Layer::infer) up to the logits; to be written together with the two methods below.
    fn infer_logits<const B: usize>(
        &self,
        inputs: &[Self::Input],
        logits: &mut [Self::Output],
        scratch: &mut Self::Scratch<B>,
    ) {
        self.infer(inputs, logits, scratch);
    }

    /// [`forward`](Layer::forward) up to the values before the [`Head`](Layer::Head): the logits, from which a loss is
    /// computed more exactly. To be written together with [`backward_logits`](Layer::backward_logits) by layers whose
    /// head is not `Linear`.
    fn forward_logits<const B: usize>(
        &self,
        inputs: &[Self::Input],
        logits: &mut [Self::Output],
        tape: &mut Self::Tape<B>,
        pass: &mut Pass,
    ) {
        self.forward(inputs, logits, tape, pass);
    }

    /// [`backward`](Layer::backward) from `∂loss/∂logits`. `outputs` are the values after the head.
    fn backward_logits<const B: usize>(
        &self,
        inputs: &[Self::Input],
        outputs: &[Self::Output],
        tape: &mut Self::Tape<B>,
        logit_gradients: &mut [Gradient<Self::Output>],
        input_gradients: Option<&mut [Gradient<Self::Input>]>,
        gradient: &mut Self::Gradient,
    ) {
        self.backward(inputs, outputs, tape, logit_gradients, input_gradients, gradient);
    }

    /// Adds what the layer computes to a graph that other tools can run, and returns its output.
    ///
    /// # Errors
    ///
    /// When the layer has no such description, as by default: a network with it cannot be exported, and the error has the reason.
    fn export(&self, _graph: &mut dyn Graph, _input: Value) -> Result<Value, Refusal> {
        Err(Refusal::new("it has no `export`"))
    }

    /// Whether the layer can make something of an input. Training asks before it learns from one.
    ///
    /// # Errors
    ///
    /// When an input is not what it should be: a [`Token`](crate::Token) that is not in the vocabulary.
    fn check_input(_input: &Self::Input) -> Result<(), InputError> {
        Ok(())
    }

    /// Tells of each value between inner layers, in the order of the forward pass, whose it is and whether it is finite
    /// for all of the first `samples` on the tape. A layer without inner layers has nothing to tell.
    fn inspect<const B: usize>(_tape: &Self::Tape<B>, _samples: usize, _tell: &mut dyn FnMut(&dyn Display, bool)) {}
}

/// An input that a layer cannot process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// An input with NaN or infinity among its numbers.
    #[error("an input with a number that is not finite")]
    NotFinite,
    /// A token beyond the vocabulary of an [`Embedding`](crate::Embedding).
    #[error("token {token} at step {step}, in a vocabulary of {vocabulary}, where tokens count from 0 to {}", vocabulary - 1)]
    Token {
        /// the number of the token
        token: u32,
        /// where it stands in the sequence, from 0
        step: usize,
        /// the size of the vocabulary
        vocabulary: usize,
    },
}

/// A gradient of the layer `L`: one number for each parameter that is trained.
///
/// A layer whose parameters are all trained is its own gradient. `#[derive(GradientOf)]` on a layer that has other layers for fields
/// writes the struct of their gradients, `{Layer}Gradient`, with a type parameter for each field:
///
/// ```
/// use congruent::{BatchNorm, Dense, GradientOf, Layer, Parameters, Relu};
///
/// #[derive(Parameters, GradientOf)]
/// #[repr(C)]
/// struct Block {
///     dense: Dense<8, 4, Relu>,
///     norm: BatchNorm<4, [f32; 4]>,
/// }
/// // `type Gradient` of the layer
/// type Gradient = BlockGradient<<Dense<8, 4, Relu> as Layer>::Gradient, <BatchNorm<4, [f32; 4]> as Layer>::Gradient>;
///
/// // `W`, `b`, and the scale and shift of the norm; its running statistics are not trained
/// assert_eq!(<Gradient as GradientOf<Block>>::TRAINED, 4 * 8 + 4 + 2 * 4);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a gradient of `{L}`",
    label = "usually `type Gradient = Self;`"
)]
pub trait GradientOf<L>: Parameters {
    /// How many parameters are trained.
    const TRAINED: usize;

    /// Shows each run of trained parameters together with their derivatives, always in the same order.
    fn pairs(&mut self, layer: &mut L, visit: &mut dyn FnMut(&mut [f32], &mut [f32]));

    /// Called once after each step of training, when the parameters have moved: for what a layer keeps beside them, such as
    /// the running statistics of a `BatchNorm`. A gradient with inner gradients passes the call on.
    fn finish(&mut self, _layer: &mut L) {}
}

#[diagnostic::do_not_recommend]
impl<L: Parameters> GradientOf<L> for L {
    const TRAINED: usize = L::COUNT;

    fn pairs(&mut self, layer: &mut L, visit: &mut dyn FnMut(&mut [f32], &mut [f32])) {
        visit(layer.as_flat_mut(), self.as_flat_mut());
    }
}

/// One pass of training through a network: where layers that need randomness get it.
///
/// The numbers depend on the seed, the step, and how many layers asked before, and on nothing else, so that a run can be
/// repeated bit for bit.
#[derive(Debug)]
pub struct Pass {
    state: u64,
    frozen: bool,
    too_few: bool,
}

impl Pass {
    /// The pass in a run seeded with `seed`, after `steps` steps and `samples` more samples.
    pub fn new(seed: u64, steps: u32, samples: u32) -> Pass {
        Pass { state: mix(seed ^ mix(u64::from(steps) << 32 | u64::from(samples))), frozen: false, too_few: false }
    }

    /// The pass for a layer that is frozen, which must map as it does in inference: `Dropout` drops nothing.
    #[must_use]
    pub fn frozen(&self) -> Pass {
        Pass { state: self.state, frozen: true, too_few: false }
    }

    /// Whether the layer is frozen.
    pub fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// Reports that the batch is too small for the layer: it cannot be trained on. The training step then fails, and nothing is changed.
    pub fn refuse_too_few(&mut self) {
        self.too_few = true;
    }

    /// Whether a layer reported that the batch is too small.
    pub fn has_too_few(&self) -> bool {
        self.too_few
    }

    /// A seed that no other layer or step gets.
    pub fn seed(&mut self) -> [u32; 2] {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let bits = mix(self.state);
        [bits as u32, (bits >> 32) as u32]
    }
}

/// The largest of the [`LEAST_SAMPLES`](Layer::LEAST_SAMPLES) of several layers.
#[doc(hidden)]
#[must_use]
pub const fn largest(samples: &[usize]) -> usize {
    let mut largest = 1;
    let mut rest = samples;
    while let [first, others @ ..] = rest {
        if *first > largest {
            largest = *first;
        }
        rest = others;
    }
    largest
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
