//! Softmax, and its parts that losses use.

use core::sync::atomic::{Ordering, compiler_fence};

use super::Activation;
use crate::kernel::{self, math};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;

/// Softmax over the innermost dimension: `yᵢ = exp(xᵢ − m) / Σⱼ exp(xⱼ − m)` with `m = max x`, so that nothing overflows.
///
/// Its slope is a matrix, `∂yᵢ/∂xⱼ = yᵢ·(δᵢⱼ − yⱼ)`, so the chain rule gives `∂loss/∂xᵢ = yᵢ·(gᵢ − Σⱼ gⱼ·yⱼ)` with `g = ∂loss/∂y`.
#[derive(Clone, Copy, Debug)]
pub struct Softmax;

#[diagnostic::do_not_recommend]
impl Activation for Softmax {
    const NAME: &'static str = "Softmax";
    const NORMALIZED: bool = true;
    const INIT: Init = Init::GlorotUniform;
    type Kept<T: Parameters> = ();

    #[inline(always)]
    fn apply(values: &mut [f32], row: usize) {
        each_row(values, row, |values| {
            let max = max(values);
            values.iter_mut().for_each(|x| *x -= max);
        });
        // over the whole block, since rows may be short
        math::exp_each(values);
        each_row(values, row, scale_to_one);
    }

    fn backward(_inputs: &[f32], outputs: &[f32], gradients: &mut [f32], row: usize) {
        each_pair(outputs, gradients, row, |y, gradient| {
            let weighted: f32 = y.iter().zip(&*gradient).map(|(y, g)| y * g).sum();
            kernel::zip(gradient, y, |g, y| y * (g - weighted));
        });
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("Softmax", &[input], &[("axis", Attribute::Int(-1))]))
    }
}

/// Does `work` on each row. (`chunks_exact` divides by the size of a row, which a compiler may not see is never 0.)
#[inline(always)]
pub(super) fn each_row<T>(values: &mut [f32], row: usize, work: impl Fn(&mut [f32]) -> T) {
    let mut rest = values;
    while let Some((values, more)) = core::mem::take(&mut rest).split_at_mut_checked(row.max(1)) {
        work(values);
        rest = more;
        // keeps the compiler from working on many short rows side by side, gathered from afar: that takes several times as long
        compiler_fence(Ordering::SeqCst);
    }
}

/// Does `work` on each row of two slices.
#[inline(always)]
pub(super) fn each_pair(outputs: &[f32], gradients: &mut [f32], row: usize, work: impl Fn(&[f32], &mut [f32])) {
    let (mut outputs, mut gradients) = (outputs, gradients);
    while let (Some((y, more)), Some((gradient, more_gradients))) =
        (outputs.split_at_checked(row.max(1)), core::mem::take(&mut gradients).split_at_mut_checked(row.max(1)))
    {
        work(y, gradient);
        (outputs, gradients) = (more, more_gradients);
    }
}

/// The largest of a row.
#[inline(always)]
pub(crate) fn max(row: &[f32]) -> f32 {
    row.iter().fold(f32::NEG_INFINITY, |max, x| if *x > max { *x } else { max })
}

/// Replaces a row `z` by its softmax and returns `ln Σ exp zⱼ`.
pub(crate) fn softmax(row: &mut [f32]) -> f32 {
    let max = max(row);
    row.iter_mut().for_each(|z| *z -= max);
    math::exp_each(row);
    max + math::ln(scale_to_one(row))
}

/// Divides a row by its sum, which it returns.
#[inline(always)]
pub(crate) fn scale_to_one(row: &mut [f32]) -> f32 {
    let sum = row.iter().sum();
    let scale = 1.0 / sum;
    row.iter_mut().for_each(|x| *x *= scale);
    sum
}

/// Reading the activation from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading};

    pub const READERS: &[Reader] = &[("Softmax", softmax)];

    fn softmax(node: &dyn Node) -> Reading {
        over_the_last(node)?;
        Found::activation_over_rows("Softmax")
    }

    /// Fails if the operator is over another dimension than the last.
    pub fn over_the_last(node: &dyn Node) -> Result<(), String> {
        let axis = node.int("axis").unwrap_or(if node.opset() < 13 { 1 } else { -1 });
        if axis != -1 && axis != node.shape().len() as i64 {
            return Err("is over another dimension than the last".into());
        }
        Ok(())
    }
}
