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
