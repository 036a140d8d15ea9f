//! A hyperbolic tangent of three straight lines.

use super::Elementwise;
use super::relu6::clip;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// The hyperbolic tangent as three straight lines (Collobert 2004): `y = min(max(x, −1), 1)`; the slope is 1 where `−1 < y < 1`, else 0.
#[derive(Clone, Copy, Debug)]
pub struct Hardtanh;

#[diagnostic::do_not_recommend]
impl Elementwise for Hardtanh {
    const NAME: &'static str = "Hardtanh";
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        // written so that NaN stays NaN
        let y = if x < -1.0 { -1.0 } else { x };
        if y > 1.0 { 1.0 } else { y }
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        if y > -1.0 && y < 1.0 { 1.0 } else { 0.0 }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(clip(graph, input, [-1.0, 1.0]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading};

    use crate::layer::activation::relu6::reading::limits;

    pub const READERS: &[Reader] = &[("Clip", hardtanh)];

    fn hardtanh(node: &dyn Node) -> Reading {
        if limits(node)? == [-1.0, 1.0] { Found::activation("Hardtanh") } else { Ok(None) }
    }
}
