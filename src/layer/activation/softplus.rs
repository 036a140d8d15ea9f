//! Softplus, a smooth rectifier.

use super::Elementwise;
use crate::kernel::math;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// Softplus (Dugas et al. 2000): `y = ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|)`, which cannot overflow; `f' = σ(x) = 1 − e^−y`.
#[derive(Clone, Copy, Debug)]
pub struct Softplus;

#[diagnostic::do_not_recommend]
impl Elementwise for Softplus {
    const NAME: &'static str = "Softplus";
    const INIT: Init = Init::HeUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        // written so that NaN stays NaN
        (if x > 0.0 { x } else { 0.0 }) + libm::log1pf(math::exp(-x.abs()))
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        -math::exp_m1(-y)
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("Softplus", &[input], &[]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading, with};

    use crate::layer::activation::mish::reading::gate;

    pub const READERS: &[Reader] = &[("Softplus", softplus), ("Sigmoid", logarithm)];

    fn softplus(node: &dyn Node) -> Reading {
        if gate(node, |_, _| ()).is_some() { Ok(None) } else { Found::activation("Softplus") }
    }

    /// `ln σ(x) = −softplus(−x)`
    fn logarithm(node: &dyn Node) -> Reading {
        match node.next("Log") {
            Some(logarithm) => with(Found::scaled([-1.0, 0.0], "Softplus", [-1.0, 0.0]), &[&*logarithm]),
            None => Ok(None),
        }
    }
}
