//! Layers whose output is multiplied with their input: `y = x · F(x)`, element by element, or with one number of `F` for each channel of an
//! image: the gates of "Squeeze-and-Excitation Networks" (Hu, Shen, Sun 2018), `x · σ(W₂·relu(W₁·mean(x)))`.
//!
//! Backward: `∂loss/∂F = ∂loss/∂y · x`, summed over what a number of `F` is multiplied with, and what comes back through `F` is added:
//! `∂loss/∂x = ∂loss/∂y · F(x) + F'(x)ᵀ·∂loss/∂F`.

use core::fmt::Display;

use rand::Rng;

use super::chain::Composed;
use crate::kernel;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::join;
use crate::layer::{GradientOf, Layer, Pass};
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, Plain, flatten, flatten_mut};
use crate::shape::{Tensor, first, first_mut};

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
        join::multiply(y, x, given);
    }

    fn forward<const B: usize>(&self, x: &[F::Input], y: &mut [F::Input], tape: &mut Self::Tape<B>, pass: &mut Pass) {
        let given = first_mut(&mut tape.given, x.len());
        self.layers.forward::<B>(x, given, &mut tape.layers, pass);
        join::multiply(y, x, given);
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
        join::gate_gradient(d_given, x, dy);
        self.layers.backward::<B>(x, given, &mut tape.layers, d_given, dx.as_deref_mut(), &mut gradient.layers);
        let Some(dx) = dx else { return };
        let numbers = const { join::numbers::<F::Input, F::Output>() };
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
        let given = graph.scope("layers", |graph| self.layers.export(graph, input))?;
        Ok(join::export_multiply::<F::Input, F::Output>(graph, [input, given]))
    }
}
