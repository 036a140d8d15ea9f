//! Mean squared error over the `N` elements of an output: `loss = Σ (y − t)² / N`, `∂loss/∂y = 2·(y − t) / N`.

use super::{GoesWith, Loss, TargetError, elementwise};
use crate::layer::activation::Activation;
use crate::shape::Tensor;

/// The mean of `(y − t)²`, for regression.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanSquaredError;

#[diagnostic::do_not_recommend]
impl<A: Activation> GoesWith<A> for MeanSquaredError {}

#[diagnostic::do_not_recommend]
impl<S: Tensor> Loss<S, S> for MeanSquaredError {
    fn evaluate<A: Activation>(&self, output: &mut S, target: &S, gradient: &mut S) -> Result<f32, TargetError> {
        Ok(elementwise::<A, S>(output, target, gradient, |y, t| (y - t) * (y - t), |y, t| 2.0 * (y - t)))
    }
}
