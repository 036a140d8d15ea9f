//! The logistic function.

use super::Elementwise;
use crate::kernel::math;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// Logistic function: `y = 1 / (1 + e⁻ˣ)`, `f' = y·(1 − y)`.
#[derive(Clone, Copy, Debug)]
pub struct Sigmoid;

#[diagnostic::do_not_recommend]
impl Elementwise for Sigmoid {
    const NAME: &'static str = "Sigmoid";
    const INIT: Init = Init::GlorotUniform;
    const RECURRENT: Option<(&'static str, Option<f32>)> = Some(("Sigmoid", None));
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        math::sigmoid(x)
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        y * (1.0 - y)
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("Sigmoid", &[input], &[]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading};

    pub const READERS: &[Reader] = &[("Sigmoid", sigmoid)];

    /// `σ(x)`, if it is not multiplied by `x` again, which is `Silu`, and its logarithm is not taken.
    fn sigmoid(node: &dyn Node) -> Reading {
        if super::super::silu::reading::product(node).is_some() || node.next("Log").is_some() {
            Ok(None)
        } else {
            Found::activation("Sigmoid")
        }
    }
}
