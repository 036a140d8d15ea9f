//! Binary cross-entropy, for questions with yes or no for an answer, averaged over the `N` outputs: with `p = σ(z)`,
//! `loss = −Σ (t·ln p + (1 − t)·ln(1 − p)) / N`.
//!
//! Computed from the logits each term is `max(z, 0) − z·t + ln(1 + e^−|z|)`, finite for any `z`, and its derivative is
//! `∂loss/∂z = (p − t) / N`.

use core::fmt::{self, Formatter};

use super::{CompatibleWith, Loss, Outputs, TargetError};
use crate::kernel::math;
use crate::layer::activation::{Activation, Applied, Linear, Sigmoid};
use crate::shape::Tensor;

/// Binary cross-entropy after a [`Sigmoid`] head or from logits (a [`Linear`] head); targets are probabilities, 0 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub struct BinaryCrossEntropy;

impl BinaryCrossEntropy {
    /// The same as `BinaryCrossEntropy`, for those who write `new` with every loss.
    #[must_use]
    pub const fn new() -> BinaryCrossEntropy {
        BinaryCrossEntropy
    }
}

#[diagnostic::do_not_recommend]
impl CompatibleWith<Sigmoid> for BinaryCrossEntropy {
    const OUTPUTS: Outputs = Outputs::Labels { logits: false };
}
#[diagnostic::do_not_recommend]
impl CompatibleWith<Linear> for BinaryCrossEntropy {
    const OUTPUTS: Outputs = Outputs::Labels { logits: true };
}
#[diagnostic::do_not_recommend]
impl CompatibleWith<Applied<Linear>> for BinaryCrossEntropy {
    const OUTPUTS: Outputs = Outputs::Labels { logits: true };
}

#[diagnostic::do_not_recommend]
impl<S: Tensor> Loss<S, S> for BinaryCrossEntropy {
    fn evaluate<A: Activation>(&self, output: &mut S, target: &S, gradient: &mut S) -> Result<f32, TargetError> {
        let targets = target.as_flat();
        if let Some((position, value)) = targets.iter().enumerate().find(|(_, t)| !(0.0..=1.0).contains(*t)) {
            return Err(TargetError::Value { value: *value, position, expected: "a probability from 0 to 1" });
        }
        let scale = 1.0 / S::COUNT as f32;
        let mut sum = 0.0;
        for ((z, t), g) in output.as_flat().iter().zip(targets).zip(gradient.as_flat_mut()) {
            sum += z.max(0.0) - z * t + libm::log1pf(math::exp(-z.abs()));
            *g = scale * (math::sigmoid(*z) - t);
        }
        A::apply(output.as_flat_mut(), S::ROW);
        Ok(sum * scale)
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("BinaryCrossEntropy")
    }

    fn fingerprint(&self, target: &S, show: &mut dyn FnMut(u32)) {
        super::show_bits(target.as_flat(), show);
    }
}

/// A single output with `true` or `false` for a target.
#[diagnostic::do_not_recommend]
impl Loss<[f32; 1], bool> for BinaryCrossEntropy {
    fn evaluate<A: Activation>(
        &self,
        output: &mut [f32; 1],
        target: &bool,
        gradient: &mut [f32; 1],
    ) -> Result<f32, TargetError> {
        self.evaluate::<A>(output, &[f32::from(u8::from(*target))], gradient)
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("BinaryCrossEntropy")
    }

    fn fingerprint(&self, target: &bool, show: &mut dyn FnMut(u32)) {
        show(u32::from(*target));
    }
}
