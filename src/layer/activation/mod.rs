//! Activations: the functions between layers that make a network more than one linear map.
//!
//! Each is shown with its value `y = f(x)` and its slope `f'(x)`; the chain rule through it is `∂loss/∂x = ∂loss/∂y · f'(x)`.
//! Most slopes are a function of `y` alone, so `x` need not be kept; some, such as [`Gelu`], need it.

/// The built-in activations: a file each.
macro_rules! activations {
    ($($file:ident::$Name:ident),* $(,)?) => {
        $(mod $file; pub use $file::$Name;)*

        /// The readers of all.
        #[cfg(feature = "onnx")]
        pub(crate) const READERS: &[&[crate::layer::import::Reader]] = &[$($file::reading::READERS),*];
    };
}

activations! {
    elu::Elu,
    gelu::Gelu,
    hard_sigmoid::HardSigmoid,
    hard_swish::HardSwish,
    hardtanh::Hardtanh,
    leaky_relu::LeakyRelu,
    linear::Linear,
    log_softmax::LogSoftmax,
    mish::Mish,
    relu6::Relu6,
    relu::Relu,
    selu::Selu,
    sigmoid::Sigmoid,
    silu::Silu,
    softmax::Softmax,
    softplus::Softplus,
    tanh::Tanh,
}

mod heads;

use core::marker::PhantomData;

use crate::kernel::{self, Epilogue};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::{Parameters, flatten_mut};

pub use heads::{Applied, OutputHeads};
pub(crate) use softmax::{max, scale_to_one, softmax};

/// A function applied to the outputs of a layer: element by element, or, as [`Softmax`], row by row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an activation",
    label = "expected one of `congruent::activation`, such as `Relu`, or a type that implements `Activation`"
)]
pub trait Activation: Send + Sync + 'static {
    /// As it is written in `network!`.
    const NAME: &'static str;
    /// Whether each row of outputs is a distribution: positive, with a sum of one.
    const NORMALIZED: bool = false;
    /// The initialisation that suits weights before this activation.
    const INIT: Init;
    /// Where inputs of type `T` are kept for backward: `T`, or `()` when the outputs suffice.
    type Kept<T: Parameters>: Parameters;

    /// Replaces rows of `row` inputs by their outputs.
    ///
    /// Layers call it from code that is compiled for wide vectors; marked `#[inline(always)]`, a plain loop becomes one of these.
    fn apply(values: &mut [f32], row: usize);

    /// The chain rule: replaces `∂loss/∂y` in `gradients` by `∂loss/∂x`. `inputs` is empty if they were not kept.
    fn backward(inputs: &[f32], outputs: &[f32], gradients: &mut [f32], row: usize);

    /// As [`Layer::export`](crate::Layer::export).
    fn export(_graph: &mut dyn Graph, _input: Value) -> Result<Value, Refusal> {
        Err(Refusal::new("its activation has no `export`"))
    }
}

/// Keeps the inputs of an activation that needs them in backward.
pub(crate) fn keep<T: Parameters>(kept: &mut T, inputs: &[f32]) {
    for (kept, input) in kept.as_flat_mut().iter_mut().zip(inputs) {
        *kept = *input;
    }
}

/// An activation that treats each number alone. Implement it, and your type is an [`Activation`].
pub trait Elementwise: Send + Sync + 'static {
    /// As it is written in `network!`.
    const NAME: &'static str;
    /// The initialisation that suits weights before this activation.
    const INIT: Init;
    /// `T` when [`slope`](Elementwise::slope) needs the input `x`, else `()`.
    type Kept<T: Parameters>: Parameters;

    /// What it is called in ONNX's recurrent operators, with its slope below zero where it has one; `None`, if it is none of those.
    const RECURRENT: Option<(&'static str, Option<f32>)> = None;

    /// `f(x)`
    fn value(x: f32) -> f32;
    /// `f'(x)`, given `x` (only meaningful where it is kept) and `y = f(x)`.
    fn slope(x: f32, y: f32) -> f32;

    /// As [`Layer::export`](crate::Layer::export).
    fn export(_graph: &mut dyn Graph, _input: Value) -> Result<Value, Refusal> {
        Err(Refusal::new("its activation has no `export`"))
    }
}

#[diagnostic::do_not_recommend]
impl<E: Elementwise> Activation for E {
    const NAME: &'static str = E::NAME;
    const INIT: Init = E::INIT;
    type Kept<T: Parameters> = E::Kept<T>;

    #[inline(always)]
    fn apply(values: &mut [f32], _row: usize) {
        for value in values {
            *value = E::value(*value);
        }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        E::export(graph, input)
    }

    fn backward(inputs: &[f32], outputs: &[f32], gradients: &mut [f32], _row: usize) {
        if inputs.is_empty() {
            kernel::zip(gradients, outputs, |gradient, y| gradient * E::slope(y, y));
        } else {
            kernel::zip3(gradients, inputs, outputs, |gradient, x, y| gradient * E::slope(x, y));
        }
    }
}

/// `A` on each row of finished tensors.
pub(crate) struct Apply<A>(PhantomData<fn() -> A>);

impl<A> Apply<A> {
    pub const fn new() -> Self {
        Apply(PhantomData)
    }
}

impl<A: Activation, S: crate::shape::Tensor> Epilogue<S> for Apply<A> {
    #[inline(always)]
    fn finish(&self, values: &mut [S]) {
        A::apply(flatten_mut(values), S::ROW);
    }
}

/// Applies `A` to each row of a slice of tensors, compiled for wide vectors.
pub(crate) fn apply<A: Activation, S: crate::shape::Tensor>(values: &mut [S]) {
    kernel::finish_rows(values, &Apply::<A>::new());
}
