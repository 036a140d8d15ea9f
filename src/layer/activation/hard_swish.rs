//! Swish of three pieces.

use super::{Elementwise, HardSigmoid};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// Hard swish (Howard et al. 2019), of MobileNetV3: `y = x·min(max(x + 3, 0), 6) / 6`; the slope is 0 up to −3, 1 from 3 on, and `x / 3 + 1/2` in
/// between.
#[derive(Clone, Copy, Debug)]
pub struct HardSwish;

#[diagnostic::do_not_recommend]
impl Elementwise for HardSwish {
    const NAME: &'static str = "HardSwish";
    const INIT: Init = Init::HeUniform;
    type Kept<T: Parameters> = T;

    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * HardSigmoid::value(x)
    }
    #[inline(always)]
    fn slope(x: f32, _y: f32) -> f32 {
        if x <= -3.0 {
            0.0
        } else if x >= 3.0 {
            1.0
        } else {
            x * (1.0 / 3.0) + 0.5
        }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("HardSwish", &[input], &[]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading, with};

    use crate::layer::activation::silu::reading::product;

    pub const READERS: &[Reader] = &[("HardSwish", |_| Found::activation("HardSwish")), ("HardSigmoid", spelt_out)];

    /// `x` times its hard sigmoid, which `HardSigmoid` has found to be the usual one.
    fn spelt_out(node: &dyn Node) -> Reading {
        match product(node) {
            Some(product) => with(Found::activation("HardSwish"), &[&*product]),
            None => Ok(None),
        }
    }
}
