//! Activations: the functions between layers that make a network more than one linear map.
//!
//! Each is shown with its value `y = f(x)` and its slope `f'(x)`; the chain rule through it is `∂loss/∂x = ∂loss/∂y · f'(x)`.
//! Most slopes can be told from `y` alone, so `x` need not be kept; [`Gelu`] and [`Silu`] need it.

use core::marker::PhantomData;
use core::sync::atomic::{Ordering, compiler_fence};

use crate::kernel::{self, Finish, Finished, math};
use crate::layer::graph::{Attribute, Graph, Value};
use crate::layer::init::Init;
use crate::memory::plain::{Parameters, flatten_mut};

/// A function applied to the outputs of a layer: element by element, or, as [`Softmax`], row by row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an activation",
    label = "expected `Linear`, `Relu`, `LeakyRelu`, `Sigmoid`, `Tanh`, `Gelu`, `Silu`, `Softmax`, or a type that implements `Activation`"
)]
pub trait Activation: Send + Sync + 'static {
    /// As it is written in `network!`.
    const NAME: &'static str;
    /// Whether each row of outputs is a distribution: positive, with a sum of one.
    const NORMALIZED: bool = false;
    /// The initialisation that suits weights before this activation.
    const INIT: Init;
    /// Where inputs of type `T` are kept for backward: `T`, or `()` when the outputs tell enough.
    type Kept<T: Parameters>: Parameters;

    /// Replaces rows of `row` inputs by their outputs.
    ///
    /// Layers call it from code that is compiled for wide vectors; marked `#[inline(always)]`, a plain loop becomes one of these.
    fn apply(values: &mut [f32], row: usize);

    /// The chain rule: replaces `∂loss/∂y` in `gradients` by `∂loss/∂x`. `inputs` is empty if they were not kept.
    fn backward(inputs: &[f32], outputs: &[f32], gradients: &mut [f32], row: usize);

    /// As [`Layer::export`](crate::Layer::export).
    fn export(_graph: &mut dyn Graph, _input: Value) -> Option<Value> {
        None
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

    /// `f(x)`
    fn value(x: f32) -> f32;
    /// `f'(x)`, given `x` (only meaningful where it is kept) and `y = f(x)`.
    fn slope(x: f32, y: f32) -> f32;

    /// As [`Layer::export`](crate::Layer::export).
    fn export(_graph: &mut dyn Graph, _input: Value) -> Option<Value> {
        None
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

    fn export(graph: &mut dyn Graph, input: Value) -> Option<Value> {
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

/// No activation: `y = x`, `f' = 1`.
#[derive(Clone, Copy, Debug)]
pub struct Linear;

#[diagnostic::do_not_recommend]
impl Activation for Linear {
    const NAME: &'static str = "Linear";
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn apply(_values: &mut [f32], _row: usize) {}
    fn backward(_inputs: &[f32], _outputs: &[f32], _gradients: &mut [f32], _row: usize) {}

    fn export(_graph: &mut dyn Graph, input: Value) -> Option<Value> {
        Some(input)
    }
}

/// Rectified linear unit: `y = max(x, 0)`, `f' = 1` where `y > 0`, else 0.
#[derive(Clone, Copy, Debug)]
pub struct Relu;

#[diagnostic::do_not_recommend]
impl Elementwise for Relu {
    const NAME: &'static str = "Relu";
    const INIT: Init = Init::HeUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        // written so that NaN stays NaN
        if x < 0.0 { 0.0 } else { x }
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { 0.0 }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Option<Value> {
        Some(graph.node("Relu", &[input], &[]))
    }
}

/// `y = x` where `x > 0`, else `0.01·x`; the slope is 1 or 0.01. The leak is PyTorch's default.
#[derive(Clone, Copy, Debug)]
pub struct LeakyRelu;

impl LeakyRelu {
    /// The slope for negative inputs.
    pub const LEAK: f32 = 0.01;
}

#[diagnostic::do_not_recommend]
impl Elementwise for LeakyRelu {
    const NAME: &'static str = "LeakyRelu";
    const INIT: Init = Init::HeUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        if x > 0.0 { x } else { Self::LEAK * x }
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { Self::LEAK }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Option<Value> {
        Some(graph.node("LeakyRelu", &[input], &[("alpha", Attribute::Float(Self::LEAK))]))
    }
}

/// Logistic function: `y = 1 / (1 + e⁻ˣ)`, `f' = y·(1 − y)`.
#[derive(Clone, Copy, Debug)]
pub struct Sigmoid;

#[diagnostic::do_not_recommend]
impl Elementwise for Sigmoid {
    const NAME: &'static str = "Sigmoid";
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        math::sigmoid(x)
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        y * (1.0 - y)
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Option<Value> {
        Some(graph.node("Sigmoid", &[input], &[]))
    }
}

/// Hyperbolic tangent: `f' = 1 − y²`.
#[derive(Clone, Copy, Debug)]
pub struct Tanh;

#[diagnostic::do_not_recommend]
impl Elementwise for Tanh {
    const NAME: &'static str = "Tanh";
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        math::tanh(x)
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        1.0 - y * y
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Option<Value> {
        Some(graph.node("Tanh", &[input], &[]))
    }
}

/// Gaussian error linear unit (Hendrycks and Gimpel 2016), exact: `y = x·Φ(x)`, `f' = Φ(x) + x·φ(x)`,
/// where `Φ` and `φ` are the distribution and the density of the standard normal.
#[derive(Clone, Copy, Debug)]
pub struct Gelu;

impl Gelu {
    /// Φ(x) = (1 + erf(x/√2)) / 2
    #[inline(always)]
    fn distribution(x: f32) -> f32 {
        0.5 * (1.0 + math::erf(x * core::f32::consts::FRAC_1_SQRT_2))
    }
}

#[diagnostic::do_not_recommend]
impl Elementwise for Gelu {
    const NAME: &'static str = "Gelu";
    const INIT: Init = Init::HeUniform;
    type Kept<T: Parameters> = T;

    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * Self::distribution(x)
    }
    #[inline(always)]
    fn slope(x: f32, _y: f32) -> f32 {
        const FRAC_1_SQRT_TAU: f32 = 0.398_942_3;
        Self::distribution(x) + x * FRAC_1_SQRT_TAU * math::exp(-0.5 * x * x)
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Option<Value> {
        Some(graph.node("Gelu", &[input], &[]))
    }
}

/// Sigmoid linear unit, or swish (Ramachandran et al. 2017): `y = x·σ(x)`, `f' = σ(x) + y·(1 − σ(x))`.
#[derive(Clone, Copy, Debug)]
pub struct Silu;

#[diagnostic::do_not_recommend]
impl Elementwise for Silu {
    const NAME: &'static str = "Silu";
    const INIT: Init = Init::HeUniform;
    type Kept<T: Parameters> = T;

    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * math::sigmoid(x)
    }
    #[inline(always)]
    fn slope(x: f32, y: f32) -> f32 {
        let sigmoid = math::sigmoid(x);
        sigmoid + y * (1.0 - sigmoid)
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Option<Value> {
        let sigmoid = graph.node("Sigmoid", &[input], &[]);
        Some(graph.node("Mul", &[input, sigmoid], &[]))
    }
}

/// Softmax over the innermost dimension: `yᵢ = exp(xᵢ − m) / Σⱼ exp(xⱼ − m)` with `m = max x`, so that nothing overflows.
///
/// Its slope is a matrix, `∂yᵢ/∂xⱼ = yᵢ·(δᵢⱼ − yⱼ)`, so the chain rule gives `∂loss/∂xᵢ = yᵢ·(gᵢ − Σⱼ gⱼ·yⱼ)` with `g = ∂loss/∂y`.
#[derive(Clone, Copy, Debug)]
pub struct Softmax;

#[diagnostic::do_not_recommend]
impl Activation for Softmax {
    const NAME: &'static str = "Softmax";
    const NORMALIZED: bool = true;
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn apply(values: &mut [f32], row: usize) {
        each_row(values, row, |values| {
            let max = max(values);
            values.iter_mut().for_each(|x| *x -= max);
        });
        // over the whole block, since rows may be short
        math::exp_each(values);
        each_row(values, row, scale_to_one);
    }

    fn backward(_inputs: &[f32], outputs: &[f32], gradients: &mut [f32], row: usize) {
        let (mut outputs, mut gradients) = (outputs, gradients);
        while let (Some((y, more)), Some((gradient, more_gradients))) =
            (outputs.split_at_checked(row.max(1)), core::mem::take(&mut gradients).split_at_mut_checked(row.max(1)))
        {
            let weighted: f32 = y.iter().zip(&*gradient).map(|(y, g)| y * g).sum();
            kernel::zip(gradient, y, |g, y| y * (g - weighted));
            (outputs, gradients) = (more, more_gradients);
        }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Option<Value> {
        Some(graph.node("Softmax", &[input], &[("axis", Attribute::Int(-1))]))
    }
}

/// Does `work` on each row. (`chunks_exact` divides by the size of a row, which a compiler may not see is never 0.)
#[inline(always)]
fn each_row<T>(values: &mut [f32], row: usize, work: impl Fn(&mut [f32]) -> T) {
    let mut rest = values;
    while let Some((values, more)) = core::mem::take(&mut rest).split_at_mut_checked(row.max(1)) {
        work(values);
        rest = more;
        // keeps the compiler from working on many short rows side by side, gathered from afar: that takes several times as long
        compiler_fence(Ordering::SeqCst);
    }
}

/// The largest of a row.
#[inline(always)]
pub(crate) fn max(row: &[f32]) -> f32 {
    row.iter().fold(f32::NEG_INFINITY, |max, x| if *x > max { *x } else { max })
}

/// Replaces a row `z` by its softmax and returns `ln Σ exp zⱼ`.
pub(crate) fn softmax(row: &mut [f32]) -> f32 {
    let max = max(row);
    row.iter_mut().for_each(|z| *z -= max);
    math::exp_each(row);
    max + math::ln(scale_to_one(row))
}

/// Divides a row by its sum, which it returns.
#[inline(always)]
pub(crate) fn scale_to_one(row: &mut [f32]) -> f32 {
    let sum = row.iter().sum();
    let scale = 1.0 / sum;
    row.iter_mut().for_each(|x| *x *= scale);
    sum
}

/// `A` on each row of finished tensors.
pub(crate) struct Apply<A>(PhantomData<fn() -> A>);

impl<A> Apply<A> {
    pub const fn new() -> Self {
        Apply(PhantomData)
    }
}

impl<A: Activation, S: crate::shape::Tensor> Finish<S> for Apply<A> {
    #[inline(always)]
    fn finish(&self, values: &mut [S]) {
        A::apply(flatten_mut(values), S::ROW);
    }
}

/// Applies `A` to each row of a slice of tensors, compiled for wide vectors.
pub(crate) fn apply<A: Activation, S: crate::shape::Tensor>(values: &mut [S]) {
    kernel::wide(Finished { rows: values, finish: &Apply::<A>::new() });
}
