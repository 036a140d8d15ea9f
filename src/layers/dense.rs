//! The fully connected layer: `y = A(W·x + b)`.
//!
//! | | shape |
//! |---|---|
//! | `x` | `[IN]` |
//! | `W` | `[OUT][IN]`, as PyTorch stores it |
//! | `b`, `z = W·x + b`, `y` | `[OUT]` |
//!
//! Backward, with `δ = ∂loss/∂z = ∂loss/∂y · A'(z)`:
//! `∂loss/∂W[o][i] = Σ δ[o]·x[i]` and `∂loss/∂b[o] = Σ δ[o]` over the samples, `∂loss/∂x[i] = Σ δ[o]·W[o][i]` over the outputs.

use core::marker::PhantomData;

use rand::Rng;

use crate::kernel::{self, Epilogue};
use crate::layer::Layer;
use crate::layer::activated::activated;
use crate::layer::activation::{Activation, Linear};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::{Parameters, flatten_mut};
use crate::shape::Shape;

/// Fully connected layer of `OUT` neurons, each with `IN` inputs: `y = A(W·x + b)`.
///
/// In `network!`: `Dense<64, 32, Relu>`; `Dense<_, 32>` takes the size that comes in; the activation defaults to
/// [`Linear`].
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Dense<const IN: usize, const OUT: usize, A = Linear> {
    /// `W[o][i]`: what input `i` weighs in output `o`.
    pub weight: [[f32; IN]; OUT],
    /// `b[o]`
    pub bias: [f32; OUT],
    activation: PhantomData<A>,
}

impl<const IN: usize, const OUT: usize, A> Dense<IN, OUT, A> {
    /// A layer of these parameters.
    pub const fn new(weight: [[f32; IN]; OUT], bias: [f32; OUT]) -> Self {
        Dense { weight, bias, activation: PhantomData }
    }

    /// `z = W·x + b`; `finish` is called on each block of rows while it is hot in the cache.
    #[inline(always)] // into the passes: a product of one row is shorter, and they know whether it is one
    fn logits(&self, x: &[[f32; IN]], z: &mut [[f32; OUT]], _scratch: &mut [f32], finish: impl Epilogue<[f32; OUT]>) {
        kernel::affine(x, &self.weight, &self.bias, z, finish);
    }

    /// The way back from `dz = ∂loss/∂z`.
    #[inline(always)]
    fn logits_back(
        &self,
        x: &[[f32; IN]],
        dz: &mut [[f32; OUT]],
        dx: Option<&mut [[f32; IN]]>,
        gradient: &mut Self,
        _scratch: &mut [f32],
    ) {
        kernel::weight_gradient(dz, x, &mut gradient.weight);
        kernel::bias_gradient(dz, &mut gradient.bias);
        if let Some(dx) = dx {
            kernel::input_gradient(dz, &self.weight, dx);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<const IN: usize, const OUT: usize, A: Activation> Layer for Dense<IN, OUT, A> {
    type Input = [f32; IN];
    type Output = [f32; OUT];
    type Head = A;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = A::Kept<[[f32; OUT]; B]>; // z, if A'(z) cannot be told from y

    const MACS: u64 = IN as u64 * OUT as u64;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        init.or(A::INIT).fill(flatten_mut(&mut self.weight), IN, OUT, rng);
        self.bias.fill(0.0);
    }

    activated! { kept => kept, &mut [] }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let weight = graph.constant("weight", <[[f32; IN]; OUT]>::DIMS, self.weight.as_flattened());
        let bias = graph.constant("bias", <[f32; OUT]>::DIMS, &self.bias);
        let z = graph.node("Gemm", &[input, weight, bias], &[("transB", Attribute::Int(1))]);
        A::export(graph, z)
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Numbers, Reader, Reading, Tensor, with};

    pub const READERS: &[Reader] = &[("Gemm", gemm), ("MatMul", product)];

    /// `x·W + b`, or `x·Wᵀ + b`.
    fn gemm(node: &dyn Node) -> Reading {
        let one = |name: &str| node.float(name).unwrap_or(1.0) == 1.0;
        if !one("alpha") || !one("beta") || node.int("transA").unwrap_or(0) != 0 || node.shape().len() != 1 {
            return Err("scales or transposes what comes in".into());
        }
        let weight = node.tensor(1)?;
        let bias = node.tensor_if_any(2)?;
        let weight = if node.int("transB").unwrap_or(0) == 0 { weight.transpose() } else { weight };
        dense(node, weight, bias)
    }

    /// `x·W`, and `+ b` behind it.
    fn product(node: &dyn Node) -> Reading {
        let weight = node.tensor(1)?;
        let sum = node.next("Add");
        let bias = sum.as_ref().and_then(|sum| sum.inputs().iter().find_map(|name| node.constant(name)));
        let behind = sum.as_deref().filter(|_| bias.is_some());
        with(dense(node, weight.transpose(), bias), behind.as_slice())
    }

    /// A dense layer with weights `[output][input]`, over a vector or at each step of a sequence.
    fn dense(node: &dyn Node, weight: Tensor, bias: Option<Tensor>) -> Reading {
        let [gives, takes] = weight.dims[..] else { return Err("has no matrix of weights".into()) };
        let biases = bias.as_ref().map_or(vec![gives], |bias| bias.dims.clone());
        if biases != [gives] {
            return Err(format!("adds what has the shape {biases:?} to {gives} numbers"));
        }
        let Some((last, steps @ ([] | [_]))) = node.shape().split_last() else {
            return Err(format!("takes what has the shape {:?}", node.shape()));
        };
        if *last != takes {
            return Err(format!("takes {takes} numbers, but {last} come in"));
        }
        let sizes = [steps, &[gives]].concat();
        let layer = Declared {
            word: "Dense",
            arguments: vec![takes.to_string(), gives.to_string()],
            activates: true,
            at_each_step: !steps.is_empty(),
            tensors: vec![("weight", Numbers::Of(weight)), ("bias", bias.map_or(Numbers::Zeros(gives), Numbers::Of))],
            ..Declared::default()
        };
        Found::layer(layer, sizes)
    }
}
