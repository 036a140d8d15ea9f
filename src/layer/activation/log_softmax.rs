//! The logarithm of softmax.

use super::Activation;
use super::softmax::{each_pair, each_row, max};
use crate::kernel::{self, math};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// The logarithm of [`Softmax`](super::Softmax) over the innermost dimension: `yᵢ = xᵢ − ln Σⱼ exp xⱼ`, computed as `xᵢ − m − ln Σⱼ exp(xⱼ − m)`
/// with `m = max x`.
///
/// `∂yᵢ/∂xⱼ = δᵢⱼ − exp yⱼ`, so the chain rule gives `∂loss/∂xᵢ = gᵢ − exp yᵢ · Σⱼ gⱼ` with `g = ∂loss/∂y`.
#[derive(Clone, Copy, Debug)]
pub struct LogSoftmax;

#[diagnostic::do_not_recommend]
impl Activation for LogSoftmax {
    const NAME: &'static str = "LogSoftmax";
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn apply(values: &mut [f32], row: usize) {
        each_row(values, row, |values| {
            let max = max(values);
            let sum: f32 = values.iter().map(|x| math::exp(x - max)).sum();
            let logarithm = math::ln(sum);
            values.iter_mut().for_each(|x| *x = (*x - max) - logarithm);
        });
    }

    fn backward(_inputs: &[f32], outputs: &[f32], gradients: &mut [f32], row: usize) {
        each_pair(outputs, gradients, row, |y, gradient| {
            let total: f32 = gradient.iter().sum();
            kernel::zip(gradient, y, |g, y| g - math::exp(y) * total);
        });
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("LogSoftmax", &[input], &[("axis", Attribute::Int(-1))]))
    }
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading};

    use crate::layer::activation::softmax::reading::over_the_last;

    pub const READERS: &[Reader] = &[("LogSoftmax", log_softmax)];

    fn log_softmax(node: &dyn Node) -> Reading {
        over_the_last(node)?;
        Found::activation_over_rows("LogSoftmax")
    }
}
