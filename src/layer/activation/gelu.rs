//! The Gaussian error linear unit.

use super::Elementwise;
use crate::kernel::math;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// Gaussian error linear unit (Hendrycks and Gimpel 2016), exact: `y = x·Φ(x)`, `f' = Φ(x) + x·φ(x)`,
/// where `Φ` and `φ` are the distribution and the density of the standard normal.
#[derive(Clone, Copy, Debug)]
pub struct Gelu;

impl Gelu {
    /// Φ(x) = (1 + erf(x/√2)) / 2
    #[inline(always)]
    fn distribution(x: f32) -> f32 {
        0.5 * (1.0 + math::erf(x * core::f32::consts::FRAC_1_SQRT_2))
    }
}

#[diagnostic::do_not_recommend]
impl Elementwise for Gelu {
    const NAME: &'static str = "Gelu";
    const INIT: Init = Init::HeUniform;
    type Kept<T: Parameters> = T;

    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * Self::distribution(x)
    }
    #[inline(always)]
    fn slope(x: f32, _y: f32) -> f32 {
        const FRAC_1_SQRT_TAU: f32 = 0.398_942_3;
        Self::distribution(x) + x * FRAC_1_SQRT_TAU * math::exp(-0.5 * x * x)
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("Gelu", &[input], &[]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading, with};

    pub const READERS: &[Reader] = &[("Gelu", gelu), ("Div", spelt_out)];

    fn gelu(node: &dyn Node) -> Reading {
        if node.text("approximate").is_some_and(|by| by != "none") {
            return Err("is an approximation, where `Gelu` is exact".into());
        }
        Found::activation("Gelu")
    }

    /// As it was before there was an operator for it: `0.5·(x·(1 + erf(x / √2)))`.
    fn spelt_out(node: &dyn Node) -> Reading {
        let near = |node: &dyn Node, number: f32| {
            node.inputs().iter().any(|name| node.number(name).is_some_and(|found| (found - number).abs() < 1e-6))
        };
        if node.constant(&node.inputs()[0]).is_some() {
            return Ok(None); // a constant divided by what comes in
        }
        let Some(erf) = node.next("Erf").filter(|_| near(node, core::f32::consts::SQRT_2)) else { return Ok(None) };
        let Some(sum) = erf.next("Add").filter(|sum| near(&**sum, 1.0)) else { return Ok(None) };
        let product = sum.next("Mul").filter(|product| product.inputs().contains(&node.inputs()[0]));
        let Some(product) = product else { return Ok(None) };
        let Some(half) = product.next("Mul").filter(|half| near(&**half, 0.5)) else { return Ok(None) };
        with(Found::activation("Gelu"), &[&*erf, &*sum, &*product, &*half])
    }
}
