//! A loss that counts more or less: `loss = w · L(y, t)`, `∂loss/∂z = w · ∂L/∂z`.

use core::fmt::{self, Formatter};
use core::ops::Mul;

use super::{BinaryCrossEntropy, CompatibleWith, CrossEntropy, Huber, Loss, MeanSquaredError, Outputs, TargetError};
use crate::layer::Gradient;
use crate::layer::activation::Activation;
use crate::shape::Tensor;

/// The loss `L` times a weight: `0.5 * MeanSquaredError`, or [`Weighted::new`] of a loss of one's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighted<L> {
    weight: f32,
    loss: L,
}

impl<L> Weighted<L> {
    /// `weight · loss`
    ///
    /// # Panics
    ///
    /// When the weight is negative or not finite.
    #[must_use]
    #[track_caller]
    pub const fn new(weight: f32, loss: L) -> Self {
        assert!(weight >= 0.0 && weight < f32::INFINITY, "the weight of a loss is a finite number from 0 on");
        Weighted { weight, loss }
    }
}

macro_rules! times {
    ($($Loss:ty),*) => { $(
        impl Mul<$Loss> for f32 {
            type Output = Weighted<$Loss>;

            #[track_caller]
            fn mul(self, loss: $Loss) -> Weighted<$Loss> {
                Weighted::new(self, loss)
            }
        }
    )* };
}
times!(BinaryCrossEntropy, CrossEntropy, Huber, MeanSquaredError);

#[diagnostic::do_not_recommend]
impl<A, L: CompatibleWith<A>> CompatibleWith<A> for Weighted<L> {
    const OUTPUTS: Outputs = L::OUTPUTS;
}

#[diagnostic::do_not_recommend]
impl<S: Tensor, T, L: Loss<S, T>> Loss<S, T> for Weighted<L> {
    fn evaluate<A: Activation>(
        &self,
        output: &mut S,
        target: &T,
        gradient: &mut Gradient<S>,
    ) -> Result<f32, TargetError> {
        let loss = self.loss.evaluate::<A>(output, target, gradient)?;
        gradient.as_flat_mut().iter_mut().for_each(|gradient| *gradient *= self.weight);
        Ok(self.weight * loss)
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} * ", self.weight)?;
        self.loss.describe(f)
    }

    fn fingerprint(&self, target: &T, show: &mut dyn FnMut(u32)) {
        self.loss.fingerprint(target, show);
    }
}
