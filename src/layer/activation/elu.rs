//! The exponential linear unit.

use super::Elementwise;
use crate::kernel::math;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// Exponential linear unit (Clevert et al. 2015) with `α = 1`, PyTorch's default: `y = x` where `x > 0`, else `eˣ − 1`; the slope is 1 or
/// `y + 1`.
#[derive(Clone, Copy, Debug)]
pub struct Elu;

#[diagnostic::do_not_recommend]
impl Elementwise for Elu {
    const NAME: &'static str = "Elu";
    const INIT: Init = Init::HeUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        if x > 0.0 { x } else { math::exp_m1(x) }
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { y + 1.0 }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("Elu", &[input], &[]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading};

    pub const READERS: &[Reader] = &[("Elu", elu)];

    fn elu(node: &dyn Node) -> Reading {
        match node.float("alpha") {
            Some(alpha) if alpha != 1.0 => Err(format!("has an alpha of {alpha}, where `Elu` has 1")),
            _ => Found::activation("Elu"),
        }
    }
}
