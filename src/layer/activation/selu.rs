//! The scaled exponential linear unit.

use super::Elementwise;
use crate::kernel::math;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// Scaled exponential linear unit (Klambauer et al. 2017): `y = λ·x` where `x > 0`, else `λ·α·(eˣ − 1)`; the slope is `λ` or `y + λ·α`.
///
/// With weights drawn by [`Init::LecunNormal`], which is its default, means and variances stay near 0 and 1 from layer to layer.
#[derive(Clone, Copy, Debug)]
pub struct Selu;

impl Selu {
    /// `α`
    pub const ALPHA: f32 = 1.673_263_2;
    /// `λ`
    pub const SCALE: f32 = 1.050_701;
}

#[diagnostic::do_not_recommend]
impl Elementwise for Selu {
    const NAME: &'static str = "Selu";
    const INIT: Init = Init::LecunNormal;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn value(x: f32) -> f32 {
        if x > 0.0 { Self::SCALE * x } else { Self::SCALE * Self::ALPHA * math::exp_m1(x) }
    }
    #[inline(always)]
    fn slope(_x: f32, y: f32) -> f32 {
        if y > 0.0 { Self::SCALE } else { y + Self::SCALE * Self::ALPHA }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let attributes = [("alpha", Attribute::Float(Self::ALPHA)), ("gamma", Attribute::Float(Self::SCALE))];
        Ok(graph.node("Selu", &[input], &attributes))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading};

    use crate::Selu;

    pub const READERS: &[Reader] = &[("Selu", selu)];

    fn selu(node: &dyn Node) -> Reading {
        for (name, ours) in [("alpha", Selu::ALPHA), ("gamma", Selu::SCALE)] {
            let value = node.float(name).unwrap_or(ours);
            if (value - ours).abs() > 1e-6 {
                return Err(format!("has an {name} of {value}, where `Selu` has {ours}"));
            }
        }
        Found::activation("Selu")
    }
}
