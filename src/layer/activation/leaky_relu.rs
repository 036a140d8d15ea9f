//! The leaky rectified linear unit.

use super::Elementwise;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// `y = x` where `x > 0`, else `0.01·x`; the slope is 1 or 0.01. The leak is PyTorch's default.
#[derive(Clone, Copy, Debug)]
pub struct LeakyRelu;

impl LeakyRelu {
    /// The slope for negative inputs.
    pub const LEAK: f32 = 0.01;
}

#[diagnostic::do_not_recommend]
impl Elementwise for LeakyRelu {
    const NAME: &'static str = "LeakyRelu";
    const INIT: Init = Init::HeUniform;
    const RECURRENT: Option<(&'static str, Option<f32>)> = Some(("LeakyRelu", Some(Self::LEAK)));
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        if x > 0.0 { x } else { Self::LEAK * x }
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { Self::LEAK }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("LeakyRelu", &[input], &[("alpha", Attribute::Float(Self::LEAK))]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Numbers, Reader, Reading};

    pub const READERS: &[Reader] = &[("LeakyRelu", leaky_relu)];

    fn leaky_relu(node: &dyn Node) -> Reading {
        const LEAK: f32 = crate::LeakyRelu::LEAK;
        let alpha = node.float("alpha").unwrap_or(0.01);
        if (alpha - LEAK).abs() > 1e-6 {
            // of another slope it is a layer, of which that is the parameter
            let tensors = vec![("weight", Numbers::Values(vec![1], vec![alpha]))];
            return Found::layer(Declared { word: "Prelu", tensors, ..Declared::default() }, node.shape().to_vec());
        }
        Found::activation("LeakyRelu")
    }
}
