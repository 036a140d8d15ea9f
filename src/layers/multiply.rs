//! Layers whose output is multiplied with their input: `y = x · F(x)`, element by element, or with one number of `F` for each channel of an
//! image: the gates of "Squeeze-and-Excitation Networks" (Hu, Shen, Sun 2018), `x · σ(W₂·relu(W₁·mean(x)))`.
//!
//! Backward: `∂loss/∂F = ∂loss/∂y · x`, summed over what a number of `F` is multiplied with, and what comes back through `F` is added:
//! `∂loss/∂x = ∂loss/∂y · F(x) + F'(x)ᵀ·∂loss/∂F`.

use core::fmt::Display;

use rand::Rng;

use super::Composed;
use crate::kernel::{self, norm};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{GradientOf, Layer, Pass};
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, Plain, flatten, flatten_mut};
use crate::shape::{Dims, Shape, Tensor, first, first_mut};

/// The input, multiplied with what the layer or list of layers `F` makes of it: a number for each, or one for each channel.
///
/// In `network!`: `Multiply<GlobalAvgPool, Dense<32, 8, Relu>, Dense<8, 32, Sigmoid>>`, a list of layers, where
/// [`Residual`](crate::Residual) adds. Files of weights have them as `gate.layers.0.weight`.
#[derive(Clone, Debug, Parameters, GradientOf)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Multiply<F> {
    /// `F`
    pub layers: F,
}

impl<F> Composed for Multiply<F> {
    type First = F;
    type Second = ();
}

/// What backward needs: what the layers remember and give, and room for a gradient.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct MultiplyTape<T, Y> {
    layers: T,
    /// `F(x)`
    given: Y,
    /// `∂loss/∂F`
    gradient: Y,
}

crate::memory::plain::opaque_debug! { [T, Y] MultiplyTape, MultiplyTape<T, Y> }

impl<F: Layer<Input: Tensor, Output: Tensor>> Multiply<F> {
    /// Numbers of the input for each number of the layers.
    const NUMBERS: usize = {
        let (input, given) = (<F::Input as Shape>::DIMS, <F::Output as Shape>::DIMS);
        let fits = input.multiplies(&given) && input.count() > 0;
        assert!(fits, "the layers of a `Multiply` give the shape of the input, or a number for each channel");
        input.count() / given.count()
    };

    /// `y = x · given`
    fn multiply(x: &[F::Input], given: &[F::Output], y: &mut [F::Input]) {
        let (x, y, given) = (flatten(x), flatten_mut(y), flatten(given));
        let numbers = const { Self::NUMBERS };
        if numbers == 1 {
            super::activate::copy(x, y);
            return kernel::zip(y, given, |x, given| x * given);
        }
        for ((x, y), given) in x.chunks_exact(numbers).zip(y.chunks_exact_mut(numbers)).zip(given) {
            let given = *given;
            kernel::zip(y, x, |_, x| x * given);
        }
    }

    /// `∂loss/∂F`
    fn gate_gradient(x: &[F::Input], dy: &[F::Input], gradient: &mut [F::Output]) {
        let (x, dy, gradient) = (flatten(x), flatten(dy), flatten_mut(gradient));
        let numbers = const { Self::NUMBERS };
        if numbers == 1 {
            super::activate::copy(dy, gradient);
            return kernel::zip(gradient, x, |dy, x| dy * x);
        }
        for ((x, dy), gradient) in x.chunks_exact(numbers).zip(dy.chunks_exact(numbers)).zip(gradient) {
            *gradient = norm::sum_of_products([1, numbers, 0], dy, x, 0.0);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<F: Layer<Input: Tensor, Output: Tensor> + Parameters> Layer for Multiply<F> {
    type Input = F::Input;
    type Output = F::Input;
    type Head = crate::Linear;
    type Gradient = MultiplyGradient<F::Gradient>;
    type Scratch<const B: usize> = Pair<[F::Output; B], F::Scratch<B>>;
    type Tape<const B: usize> = MultiplyTape<F::Tape<B>, [F::Output; B]>;

    const MACS: u64 = F::MACS + F::Input::COUNT as u64;
    const REACHES_INPUT: bool = F::REACHES_INPUT;
    const LEAST_SAMPLES: usize = F::LEAST_SAMPLES;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.layers.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, x: &[F::Input], y: &mut [F::Input], scratch: &mut Self::Scratch<B>) {
        let given = first_mut(&mut scratch.0, x.len());
        self.layers.infer::<B>(x, given, &mut scratch.1);
        Self::multiply(x, given, y);
    }

    fn forward<const B: usize>(&self, x: &[F::Input], y: &mut [F::Input], tape: &mut Self::Tape<B>, pass: &mut Pass) {
        let given = first_mut(&mut tape.given, x.len());
        self.layers.forward::<B>(x, given, &mut tape.layers, pass);
        Self::multiply(x, given, y);
    }

    fn backward<const B: usize>(
        &self,
        x: &[F::Input],
        _y: &[F::Input],
        tape: &mut Self::Tape<B>,
        dy: &mut [F::Input],
        mut dx: Option<&mut [F::Input]>,
        gradient: &mut Self::Gradient,
    ) {
        let (given, d_given) = (first(&tape.given, x.len()), first_mut(&mut tape.gradient, x.len()));
        Self::gate_gradient(x, dy, d_given);
        self.layers.backward::<B>(x, given, &mut tape.layers, d_given, dx.as_deref_mut(), &mut gradient.layers);
        let Some(dx) = dx else { return };
        let numbers = const { Self::NUMBERS };
        if numbers == 1 {
            return kernel::zip3(flatten_mut(dx), flatten(dy), flatten(given), |dx, dy, given| dx + dy * given);
        }
        let planes = flatten_mut(dx).chunks_exact_mut(numbers).zip(flatten(dy).chunks_exact(numbers));
        for ((dx, dy), given) in planes.zip(flatten(given)) {
            let given = *given;
            kernel::zip(dx, dy, |dx, dy| dx + dy * given);
        }
    }

    fn inspect<const B: usize>(tape: &Self::Tape<B>, samples: usize, tell: &mut dyn FnMut(&dyn Display, bool)) {
        F::inspect::<B>(&tape.layers, samples, tell);
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let mut given = graph.scope("layers", |graph| self.layers.export(graph, input))?;
        let (rank, inner) = (F::Input::DIMS.as_slice().len(), F::Output::DIMS.as_slice().len());
        if rank != inner {
            let mut shape = [1; 7];
            shape[0] = 0;
            shape[1] = -1;
            let shape = shape.get(..=rank).unwrap_or_default();
            let shape = graph.whole_numbers("shape", Dims::SCALAR.within(shape.len()), shape);
            given = graph.node("Reshape", &[given, shape], &[]);
        }
        Ok(graph.node("Mul", &[input, given], &[]))
    }
}
