//! The rectified linear unit.

use super::Elementwise;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// Rectified linear unit: `y = max(x, 0)`, `f' = 1` where `y > 0`, else 0.
#[derive(Clone, Copy, Debug)]
pub struct Relu;

#[diagnostic::do_not_recommend]
impl Elementwise for Relu {
    const NAME: &'static str = "Relu";
    const INIT: Init = Init::HeUniform;
    const RECURRENT: Option<(&'static str, Option<f32>)> = Some(("Relu", None));
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        // written so that NaN stays NaN
        if x < 0.0 { 0.0 } else { x }
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { 0.0 }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("Relu", &[input], &[]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Reader};

    pub const READERS: &[Reader] = &[("Relu", |_| Found::activation("Relu"))];
}
