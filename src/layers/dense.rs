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

    /// `α·x·W + β·b`, or `α·x·Wᵀ + β·b`.
    fn gemm(node: &dyn Node) -> Reading {
        if node.int("transA").unwrap_or(0) != 0 || node.shape().len() != 1 {
            return Err("transposes what comes in, or takes more than vectors".into());
        }
        let times = |name: &str| node.float(name).unwrap_or(1.0);
        let weight = node.tensor(1)?;
        let weight = if node.int("transB").unwrap_or(0) == 0 { weight.transpose() } else { weight };
        let [gives, _] = weight.dims[..] else { return Err("has no matrix of weights".into()) };
        let bias = match node.tensor_if_any(2)? {
            Some(bias) if bias.dims == [gives] && times("beta") == 1.0 => Numbers::Of(bias),
            Some(bias) => spread(node, &bias, gives, times("beta"))?,
            None => Numbers::Zeros(gives),
        };
        let numbers = match times("alpha") {
            1.0 => Numbers::Of(weight.clone()),
            alpha => scaled(node, &weight, alpha)?,
        };
        dense(node, &weight, numbers, bias)
    }

    /// One number, or one for each output, perhaps with a dimension for the batch, times `beta`.
    fn spread(node: &dyn Node, bias: &Tensor, gives: usize, beta: f32) -> Result<Numbers, String> {
        let (name, dims) = (&bias.name, &bias.dims);
        let values = node.values(name).filter(|values| [1, gives].contains(&values.len()) && dims.len() <= 2);
        let values = values.filter(|values| dims.last().is_none_or(|last| *last == values.len()));
        let values = values.ok_or_else(|| format!("adds what has the shape {dims:?} to {gives} numbers"))?;
        let values = values.into_iter().cycle().take(gives).map(|value| beta * value).collect();
        Ok(Numbers::Values(vec![gives], values))
    }

    /// The weights times `alpha`, in the order of the layer.
    fn scaled(node: &dyn Node, weight: &Tensor, alpha: f32) -> Result<Numbers, String> {
        let values = node
            .values(&weight.name)
            .ok_or_else(|| format!("takes `{}`, whose numbers are not known here", weight.name))?;
        let [rows, columns] = weight.dims[..] else { return Err("has no matrix of weights".into()) };
        let at = |i: usize| match (i / columns.max(1), i % columns.max(1)) {
            (row, column) if weight.transposed => column * rows + row,
            _ => i,
        };
        let values = (0..values.len()).map(|i| values.get(at(i)).map_or(0.0, |value| alpha * value)).collect();
        Ok(Numbers::Values(weight.dims.clone(), values))
    }

    /// `x·W`. What is added behind it goes into its bias.
    fn product(node: &dyn Node) -> Reading {
        let weight = node.tensor(1)?.transpose();
        let [gives, _] = weight.dims[..] else { return Err("has no matrix of weights".into()) };
        let sum = node.next("Add");
        let bias = sum.as_ref().and_then(|sum| sum.inputs().iter().find_map(|name| node.constant(name)));
        match (bias.filter(|bias| bias.dims == [gives]), sum) {
            (Some(bias), Some(sum)) => {
                with(dense(node, &weight, Numbers::Of(weight.clone()), Numbers::Of(bias)), &[&*sum])
            }
            _ => dense(node, &weight, Numbers::Of(weight.clone()), Numbers::Zeros(gives)),
        }
    }

    /// A dense layer with weights `[output][input]`, over a vector or at each step of a sequence.
    fn dense(node: &dyn Node, weight: &Tensor, numbers: Numbers, bias: Numbers) -> Reading {
        let [gives, takes] = weight.dims[..] else { return Err("has no matrix of weights".into()) };
        let (last, Some((_, steps @ ([] | [_])))) = (node.row()?, node.shape().split_last()) else {
            return Err(format!("takes what has the shape {:?}", node.shape()));
        };
        if last != takes {
            return Err(format!("takes {takes} numbers, but {last} come in"));
        }
        let sizes = [steps, &[gives]].concat();
        let layer = Declared {
            word: "Dense",
            arguments: vec![takes.to_string(), gives.to_string()],
            activates: true,
            at_each_step: !steps.is_empty(),
            tensors: vec![("weight", numbers), ("bias", bias)],
            ..Declared::default()
        };
        Found::layer(layer, sizes)
    }
}
