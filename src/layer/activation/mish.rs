//! Mish, a smooth rectifier.

use super::Elementwise;
use crate::kernel::math;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// Mish (Misra 2019): `y = x·t` with `t = tanh(ln(1 + eˣ))`; `f' = t + x·σ(x)·(1 − t²)`.
///
/// With `e = eˣ`, `t = (e² + 2·e) / (e² + 2·e + 2)`; from `x = 20` on it is 1 to the last bit.
#[derive(Clone, Copy, Debug)]
pub struct Mish;

impl Mish {
    /// `tanh(ln(1 + eˣ))`
    #[inline(always)]
    fn gate(x: f32) -> f32 {
        let e = math::exp(if x > 20.0 { 20.0 } else { x });
        let top = e * (e + 2.0);
        top / (top + 2.0)
    }
}

#[diagnostic::do_not_recommend]
impl Elementwise for Mish {
    const NAME: &'static str = "Mish";
    const INIT: Init = Init::HeUniform;
    type Kept<T: Parameters> = T;

    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * Self::gate(x)
    }
    #[inline(always)]
    fn slope(x: f32, _y: f32) -> f32 {
        let gate = Self::gate(x);
        gate + x * math::sigmoid(x) * (1.0 - gate * gate)
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let softplus = graph.node("Softplus", &[input], &[]);
        let gate = graph.node("Tanh", &[softplus], &[]);
        Ok(graph.node("Mul", &[input, gate], &[]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading, with};

    pub const READERS: &[Reader] = &[("Mish", |_| Found::activation("Mish")), ("Softplus", spelt_out)];

    /// As it is exported where there is no operator for it.
    fn spelt_out(node: &dyn Node) -> Reading {
        gate(node, |tanh, product| with(Found::activation("Mish"), &[tanh, product])).unwrap_or(Ok(None))
    }

    /// What is made of the hyperbolic tangent behind a softplus and its product with what the softplus takes.
    pub fn gate<T>(node: &dyn Node, found: impl FnOnce(&dyn Node, &dyn Node) -> T) -> Option<T> {
        let tanh = node.next("Tanh")?;
        let product = tanh.next("Mul").filter(|product| node.inputs().iter().any(|x| product.inputs().contains(x)))?;
        Some(found(&*tanh, &*product))
    }
}
