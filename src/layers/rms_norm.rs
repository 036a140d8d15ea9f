//! Root mean square normalisation (Zhang, Sennrich 2019) over the innermost dimension:
//! `y = γ·x̂` with `x̂ = x·r` and `r = 1 / √(mean(x²) + ε)`, the mean over the row.
//!
//! Backward, with `g = ∂loss/∂y · γ` and means over the row: `∂loss/∂x = r·(g − x̂·mean(g·x̂))`, `∂loss/∂γ = Σ ∂loss/∂y·x̂` over all rows.
//!
//! Nothing is remembered: `r` is computed again from `x`, which costs less than memory does on a device.

use core::marker::PhantomData;

use rand::Rng;

use crate::kernel::{self, math, norm};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::{Dims, Shape, Tensor};

/// Divides each row of `N` numbers by its root mean square, then scales it by parameters: [`LayerNorm`](crate::LayerNorm) without mean and
/// bias.
///
/// In `network!`: `RmsNorm`, or `RmsNorm<32>` to state the size of the row.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct RmsNorm<const N: usize, S = [f32; N]> {
    /// `γ`
    pub weight: [f32; N],
    shape: PhantomData<S>,
}

impl<const N: usize, S> RmsNorm<N, S> {
    /// ε, as in PyTorch.
    pub const EPSILON: f32 = f32::EPSILON;

    /// `1 / √(mean(x²) + ε)`
    fn factor(x: &[f32; N]) -> f32 {
        1.0 / math::sqrt(norm::sum_of_squares([1, N, 0], x, 0.0) * (1.0 / N as f32) + Self::EPSILON)
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, S: Tensor> Layer for RmsNorm<N, S> {
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = S::COUNT as u64; // γ·x̂; the mean is not counted

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {
        self.weight.fill(1.0);
    }

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], _scratch: &mut ()) {
        const { assert!(S::ROW == N, "the size of an `RmsNorm` is that of the innermost dimension") };
        for (x, y) in flatten(x).as_chunks::<N>().0.iter().zip(flatten_mut(y).as_chunks_mut::<N>().0) {
            let r = Self::factor(x);
            *y = *x;
            kernel::zip(y, &self.weight, |x, weight| weight * (x * r));
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
            let r = Self::factor(x);
            kernel::zip3(&mut gradient.weight, dy, x, |sum, dy, x| sum + dy * (x * r));
            kernel::zip(dy, &self.weight, |dy, weight| dy * weight);
            let slope = r * r * norm::sum_of_products([1, N, 0], dy, x, 0.0) * (1.0 / N as f32);
            kernel::zip(dy, x, |g, x| r * (g - x * slope));
        }
        if let Some(dx) = dx {
            super::activate::copy(dy, dx);
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        // ONNX has an operator for it from version 23 on
        let square = graph.node("Mul", &[input, input], &[]);
        let axis = graph.whole_numbers("axis", Dims::SCALAR.within(1), &[-1]);
        let mean = graph.node("ReduceMean", &[square, axis], &[("keepdims", Attribute::Int(1))]);
        let epsilon = graph.node("Constant", &[], &[("value_floats", Attribute::Floats(&[Self::EPSILON]))]);
        let sum = graph.node("Add", &[mean, epsilon], &[]);
        let root = graph.node("Sqrt", &[sum], &[]);
        let normal = graph.node("Div", &[input, root], &[]);
        let weight = graph.constant("weight", <[f32; N]>::DIMS, &self.weight);
        Ok(graph.node("Mul", &[normal, weight], &[]))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Numbers, Reader, Reading, Tensor, with};
    use crate::layers::RmsNorm;

    pub const READERS: &[Reader] = &[("RMSNormalization", operator), ("Mul", spelt_out), ("Pow", spelt_out)];

    fn operator(node: &dyn Node) -> Reading {
        let axis = node.int("axis").unwrap_or(-1);
        if axis != -1 && axis != node.shape().len() as i64 {
            return Err("normalises over several dimensions".into());
        }
        node.same_epsilon("RmsNorm", RmsNorm::<1>::EPSILON)?;
        rms_norm(node, node.tensor(1)?)
    }

    fn rms_norm(node: &dyn Node, weight: Tensor) -> Reading {
        let size = node.row()?;
        if weight.dims != [size] {
            return Err(format!("has `{}` of the shape {:?} for {size} numbers", weight.name, weight.dims));
        }
        let layer = Declared {
            word: "RmsNorm",
            arguments: vec![size.to_string()],
            tensors: vec![("weight", Numbers::Of(weight))],
            ..Declared::default()
        };
        Found::layer(layer, node.shape().to_vec())
    }

    /// As it is where there is no operator for it: `x / √(mean(x²) + ε)`, or `x·(1 / √…)`, times `γ`.
    fn spelt_out(node: &dyn Node) -> Reading {
        whole(node).unwrap_or(Ok(None))
    }

    fn whole(node: &dyn Node) -> Option<Reading> {
        let [x, other] = node.inputs() else { return None };
        let squares = if node.operator() == "Pow" { node.numbers(other)? == [2.0] } else { x == other };
        let mean = node.next("ReduceMean").filter(|_| squares)?;
        let over_the_row = mean.axes(node.shape().len() + 1).ok()? == [node.shape().len()];
        let sum = mean.next("Add").filter(|_| over_the_row && mean.int("keepdims") != Some(0))?;
        let [epsilon] = sum.inputs().iter().find_map(|name| node.numbers(name))?[..] else { return None };
        let root = sum.next("Sqrt")?;
        let inverse = root.next("Reciprocal");
        let normal = match &inverse {
            Some(inverse) => inverse.next("Mul"),
            None => root.next("Div").filter(|quotient| quotient.inputs().first() == Some(x)),
        };
        let normal = normal.filter(|normal| normal.inputs().contains(x))?;
        let scaled = normal.next("Mul")?;
        let weight = scaled.inputs().iter().find_map(|name| node.constant(name))?;
        let mut behind = vec![&*mean, &*sum, &*root];
        behind.extend(inverse.as_deref());
        behind.extend([&*normal, &*scaled]);
        if (epsilon - RmsNorm::<1>::EPSILON).abs() > 1e-9 {
            let own = RmsNorm::<1>::EPSILON;
            return Some(Err(format!("begins an `RmsNorm` with an epsilon of {epsilon}, where `RmsNorm` has {own:e}")));
        }
        Some(with(rms_norm(node, weight), &behind))
    }
}
