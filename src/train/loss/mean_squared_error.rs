//! Mean squared error over the `N` elements of an output: `loss = Σ (y − t)² / N`, `∂loss/∂y = 2·(y − t) / N`.

use core::fmt::{self, Formatter};

use super::{CompatibleWith, Loss, TargetError, elementwise};
use crate::layer::activation::Activation;
use crate::shape::Tensor;

/// The mean of `(y − t)²`, for regression.
#[derive(Clone, Copy, Debug, Default)]
pub struct MeanSquaredError;

impl MeanSquaredError {
    /// The same as `MeanSquaredError`, for those who write `new` with every loss.
    #[must_use]
    pub const fn new() -> MeanSquaredError {
        MeanSquaredError
    }
}

#[diagnostic::do_not_recommend]
impl<A: Activation> CompatibleWith<A> for MeanSquaredError {}

#[diagnostic::do_not_recommend]
impl<S: Tensor> Loss<S, S> for MeanSquaredError {
    fn evaluate<A: Activation>(&self, output: &mut S, target: &S, gradient: &mut S) -> Result<f32, TargetError> {
        elementwise::<A, S>(output, target, gradient, |y, t| (y - t) * (y - t), |y, t| 2.0 * (y - t))
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("MeanSquaredError")
    }

    fn fingerprint(&self, target: &S, show: &mut dyn FnMut(u32)) {
        super::show_bits(target.as_flat(), show);
    }
}
