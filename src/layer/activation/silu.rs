//! The sigmoid linear unit, or swish.

use super::Elementwise;
use crate::kernel::math;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

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

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let sigmoid = graph.node("Sigmoid", &[input], &[]);
        Ok(graph.node("Mul", &[input, sigmoid], &[]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading, with};

    pub const READERS: &[Reader] = &[("Sigmoid", silu)];

    /// `x·σ(x)`: a sigmoid with a product behind it.
    fn silu(node: &dyn Node) -> Reading {
        match product(node) {
            Some(product) => with(Found::activation("Silu"), &[&*product]),
            None => Ok(None),
        }
    }

    /// The product of what a sigmoid gives with what it takes.
    pub fn product(node: &dyn Node) -> Option<Box<dyn Node + '_>> {
        node.next("Mul").filter(|product| node.inputs().iter().any(|x| product.inputs().contains(x)))
    }
}
