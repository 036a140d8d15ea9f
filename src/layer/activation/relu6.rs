//! A rectifier that ends at 6.

use super::Elementwise;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;
use crate::shape::Dims;

/// Rectified linear unit up to 6 (Krizhevsky 2010): `y = min(max(x, 0), 6)`; the slope is 1 where `0 < y < 6`, else 0.
#[derive(Clone, Copy, Debug)]
pub struct Relu6;

#[diagnostic::do_not_recommend]
impl Elementwise for Relu6 {
    const NAME: &'static str = "Relu6";
    const INIT: Init = Init::HeUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        // written so that NaN stays NaN
        let y = if x < 0.0 { 0.0 } else { x };
        if y > 6.0 { 6.0 } else { y }
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        if y > 0.0 && y < 6.0 { 1.0 } else { 0.0 }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(clip(graph, input, [0.0, 6.0]))
    }
}

/// The numbers of `input`, no less and no more than these two.
pub(super) fn clip(graph: &mut dyn Graph, input: Value, [least, most]: [f32; 2]) -> Value {
    let least = graph.constant("least", Dims::SCALAR, &[least]);
    let most = graph.constant("most", Dims::SCALAR, &[most]);
    graph.node("Clip", &[input, least, most], &[])
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading};

    pub const READERS: &[Reader] = &[("Clip", relu6)];

    fn relu6(node: &dyn Node) -> Reading {
        match limits(node)? {
            [0.0, 6.0] => Found::activation("Relu6"),
            [-1.0, 1.0] => Ok(None),
            [0.0, f32::INFINITY] => Found::activation("Relu"),
            [f32::NEG_INFINITY, f32::INFINITY] => Found::same(),
            [0.0, most] if most > 0.0 && most.is_finite() => {
                Found::scaled([6.0 / most, 0.0], "Relu6", [most / 6.0, 0.0])
            }
            [least, most] if least < most && (most - least).is_finite() => {
                let (half, middle) = ((most - least) / 2.0, least + (most - least) / 2.0);
                Found::scaled([1.0 / half, -middle / half], "Hardtanh", [half, middle])
            }
            [least, most] => Err(format!("is from {least} to {most}, which no activation here is")),
        }
    }

    /// The least and the most of a `Clip`: attributes before version 11, then inputs.
    pub fn limits(node: &dyn Node) -> Result<[f32; 2], String> {
        let limit = |number: usize, name: &str, none: f32| match node.input(number) {
            Some(input) => match node.number(input) {
                Some(limit) => Ok(limit),
                _ => Err(format!("takes `{input}`, which is no constant number")),
            },
            None => Ok(node.float(name).unwrap_or(none)),
        };
        Ok([limit(1, "min", f32::NEG_INFINITY)?, limit(2, "max", f32::INFINITY)?])
    }
}
