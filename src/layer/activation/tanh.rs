//! The hyperbolic tangent.

use super::Elementwise;
use crate::kernel::math;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// Hyperbolic tangent: `f' = 1 − y²`.
#[derive(Clone, Copy, Debug)]
pub struct Tanh;

#[diagnostic::do_not_recommend]
impl Elementwise for Tanh {
    const NAME: &'static str = "Tanh";
    const INIT: Init = Init::GlorotUniform;
    const RECURRENT: Option<(&'static str, Option<f32>)> = Some(("Tanh", None));
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        math::tanh(x)
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        1.0 - y * y
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("Tanh", &[input], &[]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Reader};

    pub const READERS: &[Reader] = &[("Tanh", |_| Found::activation("Tanh"))];
}
