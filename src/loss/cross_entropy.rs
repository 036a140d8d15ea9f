//! Cross-entropy of a distribution `t` over classes and the softmax `p` of the logits `z`: `loss = −Σ tᵢ·ln pᵢ`.
//!
//! Computed from the logits it is `Σ tᵢ·(ln Σⱼ exp zⱼ − zᵢ)`, finite however far the logits lie apart, and its derivative
//! is `∂loss/∂zᵢ = pᵢ·Σⱼ tⱼ − tᵢ`: for a true distribution, `p − t`.
//!
//! A class index `c` stands for the distribution that is 1 at `c`. Label smoothing by `ε` (Szegedy et al. 2016) mixes a
//! target with the even distribution: `t' = (1 − ε)·t + ε / N`.

use super::{GoesWith, Loss, TargetError};
use crate::activation::{Activation, Linear, Softmax, softmax};

/// Cross-entropy for one class of many, after a [`Softmax`] head or from logits (a [`Linear`] head).
#[derive(Clone, Copy, Debug, Default)]
pub struct CrossEntropy {
    smoothing: f32,
}

impl CrossEntropy {
    /// Without label smoothing.
    #[must_use]
    pub const fn new() -> CrossEntropy {
        CrossEntropy { smoothing: 0.0 }
    }

    /// With label smoothing by `amount`, from 0 (none) to 1 (targets forgotten).
    #[must_use]
    pub const fn label_smoothing(self, amount: f32) -> CrossEntropy {
        CrossEntropy { smoothing: amount }
    }
}

impl GoesWith<Softmax> for CrossEntropy {}
impl GoesWith<Linear> for CrossEntropy {}

/// A whole number that names a class, counting from 0.
pub trait ClassIndex: Copy {
    /// The class.
    fn index(self) -> usize;
}

macro_rules! class_index {
    ($($number:ty)*) => { $(
        impl ClassIndex for $number {
            fn index(self) -> usize {
                self as usize
            }
        }
    )* };
}
class_index!(u8 u16 u32 usize);

impl<const N: usize, C: ClassIndex> Loss<[f32; N], C> for CrossEntropy {
    fn evaluate<A: Activation>(
        &self,
        output: &mut [f32; N],
        target: &C,
        gradient: &mut [f32; N],
    ) -> Result<f32, TargetError> {
        let class = target.index();
        let logit = *output.get(class).ok_or(TargetError::Class { class, classes: N })?;
        let even = self.smoothing / N as f32;
        let picked = 1.0 - self.smoothing;
        let mean_logit = if even > 0.0 { even * output.iter().sum::<f32>() } else { 0.0 };
        let log_sum = probabilities::<A, N>(output, gradient);
        for g in &mut *gradient {
            *g -= even;
        }
        if let Some(g) = gradient.get_mut(class) {
            *g -= picked;
        }
        Ok(log_sum - picked * logit - mean_logit)
    }
}

impl<const N: usize> Loss<[f32; N], [f32; N]> for CrossEntropy {
    fn evaluate<A: Activation>(
        &self,
        output: &mut [f32; N],
        target: &[f32; N],
        gradient: &mut [f32; N],
    ) -> Result<f32, TargetError> {
        if let Some((position, value)) = target.iter().enumerate().find(|(_, t)| !(**t >= 0.0 && t.is_finite())) {
            let expected = "a probability, which is finite and not negative,";
            return Err(TargetError::Value { value: *value, position, expected });
        }
        let smooth = |t: f32| (1.0 - self.smoothing) * t + self.smoothing / N as f32;
        let logits = *output;
        let log_sum = probabilities::<A, N>(output, gradient);
        let total: f32 = target.iter().map(|t| smooth(*t)).sum();
        let mut loss = 0.0;
        for ((t, z), g) in target.iter().zip(&logits).zip(gradient) {
            let t = smooth(*t);
            if t > 0.0 {
                loss += t * (log_sum - z);
            }
            *g = *g * total - t;
        }
        Ok(loss)
    }
}

/// Sets `p` to the softmax of the logits, makes the logits the outputs of the head `A`, and returns `ln Σ exp zⱼ`.
fn probabilities<A: Activation, const N: usize>(logits: &mut [f32; N], p: &mut [f32; N]) -> f32 {
    *p = *logits;
    let log_sum = softmax(p);
    if A::NORMALIZED {
        *logits = *p;
    }
    log_sum
}
