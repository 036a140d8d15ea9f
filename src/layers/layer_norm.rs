//! Layer normalisation (Ba, Kiros, Hinton 2016) over the innermost dimension:
//! `y = γ·x̂ + β` with `x̂ = (x − mean) / √(variance + ε)`, mean and variance (divided by `N`) of the row.
//!
//! Backward, with `g = ∂loss/∂y · γ`, `r = 1 / √(variance + ε)` and means over the row:
//! `∂loss/∂x = r·(g − mean(g) − x̂·mean(g·x̂))`, `∂loss/∂γ = Σ ∂loss/∂y·x̂`, `∂loss/∂β = Σ ∂loss/∂y` over all rows.
//!
//! Nothing is remembered: mean and variance are computed again from `x`, which costs less than memory does on a device.

use core::marker::PhantomData;

use rand::Rng;

use crate::kernel::math;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::{Shape, Tensor};

/// Normalises each row of `N` numbers, then scales and shifts it by parameters.
///
/// In `network!`: `LayerNorm`, or `LayerNorm<32>` to state the size of the row.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct LayerNorm<const N: usize, S = [f32; N]> {
    /// `γ`
    pub weight: [f32; N],
    /// `β`
    pub bias: [f32; N],
    shape: PhantomData<S>,
}

impl<const N: usize, S> LayerNorm<N, S> {
    /// ε, as in PyTorch.
    pub const EPSILON: f32 = 1e-5;
}

/// The mean of a row and `1 / √(variance + ε)`.
fn statistics(x: &[f32], epsilon: f32) -> (f32, f32) {
    let scale = 1.0 / x.len() as f32;
    let mean = x.iter().sum::<f32>() * scale;
    let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() * scale;
    (mean, 1.0 / math::sqrt(variance + epsilon))
}

#[diagnostic::do_not_recommend]
impl<const N: usize, S: Tensor> Layer for LayerNorm<N, S> {
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = S::COUNT as u64; // γ·x̂; the statistics are not counted

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {
        self.weight.fill(1.0);
        self.bias.fill(0.0);
    }

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], _scratch: &mut ()) {
        const { assert!(S::ROW == N, "the size of a `LayerNorm` is that of the innermost dimension") };
        for (x, y) in flatten(x).as_chunks::<N>().0.iter().zip(flatten_mut(y).as_chunks_mut::<N>().0) {
            let (mean, r) = statistics(x, Self::EPSILON);
            for (((y, x), weight), bias) in y.iter_mut().zip(x).zip(&self.weight).zip(&self.bias) {
                *y = weight * ((x - mean) * r) + bias;
            }
        }
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [S], _tape: &mut (), _pass: &mut Pass) {
        self.infer::<B>(x, y, &mut ());
    }

    fn backward<const B: usize>(
        &self,
        x: &[S],
        _y: &[S],
        _tape: &mut (),
        dy: &mut [S],
        dx: Option<&mut [S]>,
        gradient: &mut Self,
    ) {
        for (x, dy) in flatten(x).as_chunks::<N>().0.iter().zip(flatten_mut(dy).as_chunks_mut::<N>().0) {
            let (mean, r) = statistics(x, Self::EPSILON);
            for (i, (x, dy)) in x.iter().zip(&*dy).enumerate().take(N) {
                gradient.weight[i] += dy * ((x - mean) * r);
                gradient.bias[i] += dy;
            }
            self.input_gradient(x, mean, r, dy);
        }
        if let Some(dx) = dx {
            super::activate::copy(dy, dx);
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let weight = graph.constant("weight", <[f32; N]>::DIMS, &self.weight);
        let bias = graph.constant("bias", <[f32; N]>::DIMS, &self.bias);
        let settings = [("axis", Attribute::Int(-1)), ("epsilon", Attribute::Float(Self::EPSILON))];
        Ok(graph.node("LayerNormalization", &[input, weight, bias], &settings))
    }
}

impl<const N: usize, S> LayerNorm<N, S> {
    /// Replaces a row of `∂loss/∂y` by `∂loss/∂x`.
    fn input_gradient(&self, x: &[f32], mean: f32, r: f32, dy: &mut [f32]) {
        let scale = 1.0 / N as f32;
        let (mut sum, mut weighted) = (0.0, 0.0);
        for ((dy, x), weight) in dy.iter_mut().zip(x).zip(&self.weight) {
            *dy *= weight;
            sum += *dy;
            weighted += *dy * ((x - mean) * r);
        }
        for (dy, x) in dy.iter_mut().zip(x) {
            *dy = r * (*dy - sum * scale - (x - mean) * r * (weighted * scale));
        }
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Numbers, Reader, Reading};
    use crate::layers::LayerNorm;

    pub const READERS: &[Reader] = &[("LayerNormalization", layer_norm)];

    fn layer_norm(node: &dyn Node) -> Reading {
        let (size, axis) = (node.row()?, node.int("axis").unwrap_or(-1));
        if axis != -1 && axis != node.shape().len() as i64 {
            return Err("normalises over several dimensions".into());
        }
        node.same_epsilon("LayerNorm", LayerNorm::<1, [f32; 1]>::EPSILON)?;
        let (weight, bias) = match node.input(2) {
            Some(_) => {
                let [weight, bias] = node.vectors(size)?;
                (weight, Numbers::Of(bias))
            }
            None => {
                let [weight] = node.vectors(size)?;
                (weight, Numbers::Zeros(size))
            }
        };
        let layer = Declared {
            word: "LayerNorm",
            arguments: vec![size.to_string()],
            tensors: vec![("weight", Numbers::Of(weight)), ("bias", bias)],
            ..Declared::default()
        };
        let sizes = node.shape().to_vec();
        Found::layer(layer, sizes)
    }
}
