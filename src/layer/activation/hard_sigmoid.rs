//! A sigmoid of three straight lines.

use super::Elementwise;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// The sigmoid as three straight lines, PyTorch's: `y = min(max(x / 6 + 1/2, 0), 1)`; the slope is 1/6 between 0 and 1, else 0.
#[derive(Clone, Copy, Debug)]
pub struct HardSigmoid;

#[diagnostic::do_not_recommend]
impl Elementwise for HardSigmoid {
    const NAME: &'static str = "HardSigmoid";
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        let y = x * (1.0 / 6.0) + 0.5;
        // written so that NaN stays NaN
        let y = if y < 0.0 { 0.0 } else { y };
        if y > 1.0 { 1.0 } else { y }
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        if y > 0.0 && y < 1.0 { 1.0 / 6.0 } else { 0.0 }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node(
            "HardSigmoid",
            &[input],
            &[("alpha", Attribute::Float(1.0 / 6.0)), ("beta", Attribute::Float(0.5))],
        ))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading};

    use crate::layer::activation::silu::reading::product;

    pub const READERS: &[Reader] = &[("HardSigmoid", hard_sigmoid)];

    fn hard_sigmoid(node: &dyn Node) -> Reading {
        let (alpha, beta) = (node.float("alpha").unwrap_or(0.2), node.float("beta").unwrap_or(0.5));
        if (alpha - 1.0 / 6.0).abs() > 1e-6 || beta != 0.5 {
            // `x / 6 + 0.5` of another `x`
            return Found::scaled([6.0 * alpha, 6.0 * (beta - 0.5)], "HardSigmoid", [1.0, 0.0]);
        }
        if product(node).is_some() { Ok(None) } else { Found::activation("HardSigmoid") }
    }
}
