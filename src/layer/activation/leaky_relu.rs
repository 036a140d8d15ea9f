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
