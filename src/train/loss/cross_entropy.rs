//! Cross-entropy of a distribution `t` over classes and the softmax `p` of the logits `z`: `loss = −Σ tᵢ·ln pᵢ`.
//!
//! Computed from the logits it is `Σ tᵢ·(ln Σⱼ exp zⱼ − zᵢ)`, finite however far the logits lie apart, and its derivative
//! is `∂loss/∂zᵢ = pᵢ·Σⱼ tⱼ − tᵢ`: for a distribution that adds up to 1, `p − t`. A target may be off by a hundredth, as rounded ones are.
//!
//! A class index `c` stands for the distribution that is 1 at `c`. Label smoothing by `ε` (Szegedy et al. 2016) mixes a
//! target with the even distribution: `t' = (1 − ε)·t + ε / N`.

use core::fmt::{self, Formatter};
use core::marker::PhantomData;
use core::slice::{from_mut, from_ref};

use super::{CompatibleWith, Loss, Outputs, TargetError};
use crate::kernel::{self, Wide, math};
use crate::layer::activation::{Activation, Applied, Linear, LogSoftmax, Softmax, max, scale_to_one};
use crate::shape::sequence::Token;

/// Cross-entropy for one class of many, after a [`Softmax`] head or from logits (a [`Linear`] head).
#[derive(Clone, Copy, Debug, Default)]
pub struct CrossEntropy {
    smoothing: f32,
}

/// [`CrossEntropy::new`] for those who leave the `new` out: the other losses without settings are values by their names.
#[allow(non_upper_case_globals)]
#[doc(hidden)]
pub const CrossEntropy: CrossEntropy = CrossEntropy::new();

impl CrossEntropy {
    /// Without label smoothing.
    #[must_use]
    pub const fn new() -> CrossEntropy {
        CrossEntropy { smoothing: 0.0 }
    }

    /// With label smoothing by `amount`, from 0 (none) to 1 (targets forgotten).
    ///
    /// # Panics
    ///
    /// When `amount` is not from 0 to 1.
    #[must_use]
    #[track_caller]
    pub const fn label_smoothing(self, amount: f32) -> CrossEntropy {
        assert!(amount >= 0.0 && amount <= 1.0, "label smoothing is from 0 to 1");
        CrossEntropy { smoothing: amount }
    }
}

#[diagnostic::do_not_recommend]
impl CompatibleWith<Softmax> for CrossEntropy {
    const OUTPUTS: Outputs = Outputs::Classes { logits: false };
}
#[diagnostic::do_not_recommend]
impl CompatibleWith<LogSoftmax> for CrossEntropy {
    const OUTPUTS: Outputs = Outputs::Classes { logits: true };
}
#[diagnostic::do_not_recommend]
impl CompatibleWith<Linear> for CrossEntropy {
    const OUTPUTS: Outputs = Outputs::Classes { logits: true };
}
#[diagnostic::do_not_recommend]
impl CompatibleWith<Applied<Linear>> for CrossEntropy {
    const OUTPUTS: Outputs = Outputs::Classes { logits: true };
}

/// How far from 1 the probabilities of a target may add up.
const SUM_TOLERANCE: f32 = 0.01;

/// A whole number that names a class, counting from 0.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a target of `CrossEntropy` for this network",
    label = "a target is a class, or a distribution as long as the network's output",
    note = "a class is a `usize`, `u8`, `u16`, `u32` or `Token`"
)]
pub trait ClassIndex: Copy {
    /// The class.
    fn index(self) -> usize;
}

macro_rules! class_index {
    ($($number:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl ClassIndex for $number {
            fn index(self) -> usize {
                self as usize
            }
        }
    )* };
}
class_index!(u8 u16 u32 usize);

#[diagnostic::do_not_recommend]
impl ClassIndex for Token {
    fn index(self) -> usize {
        Token::index(self)
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, C: ClassIndex> Loss<[f32; N], C> for CrossEntropy {
    fn evaluate<A: Activation>(
        &self,
        output: &mut [f32; N],
        target: &C,
        gradient: &mut [f32; N],
    ) -> Result<f32, TargetError> {
        let (output, target, gradient) = (from_mut(output), from_ref(target), from_mut(gradient));
        self.evaluate_batch::<A>(output, target, gradient).map_err(|(_, error)| error)
    }

    fn evaluate_batch<A: Activation>(
        &self,
        outputs: &mut [[f32; N]],
        targets: &[C],
        gradients: &mut [[f32; N]],
    ) -> Result<f32, (usize, TargetError)> {
        for (sample, target) in targets.iter().enumerate() {
            let class = target.index();
            if class >= N {
                return Err((sample, TargetError::Class { class, classes: N }));
            }
        }
        Ok(kernel::wide(WithClasses::<A, C, N>(self.smoothing, outputs, targets, gradients, PhantomData)))
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "CrossEntropy, label smoothing {}", self.smoothing)
    }

    fn fingerprint(&self, target: &C, show: &mut dyn FnMut(u32)) {
        show(target.index() as u32);
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> Loss<[f32; N], [f32; N]> for CrossEntropy {
    fn evaluate<A: Activation>(
        &self,
        output: &mut [f32; N],
        target: &[f32; N],
        gradient: &mut [f32; N],
    ) -> Result<f32, TargetError> {
        let (output, target, gradient) = (from_mut(output), from_ref(target), from_mut(gradient));
        self.evaluate_batch::<A>(output, target, gradient).map_err(|(_, error)| error)
    }

    fn evaluate_batch<A: Activation>(
        &self,
        outputs: &mut [[f32; N]],
        targets: &[[f32; N]],
        gradients: &mut [[f32; N]],
    ) -> Result<f32, (usize, TargetError)> {
        for (sample, target) in targets.iter().enumerate() {
            if let Some((position, value)) = target.iter().enumerate().find(|(_, t)| !(**t >= 0.0 && t.is_finite())) {
                let expected = "a probability, which is finite and not negative,";
                return Err((sample, TargetError::Value { value: *value, position, expected }));
            }
            // rounded probabilities, of f16 or of two decimals, are off by less
            let sum: f32 = target.iter().sum();
            if (sum - 1.0).abs() > SUM_TOLERANCE {
                return Err((sample, TargetError::Sum { sum }));
            }
        }
        Ok(kernel::wide(WithDistributions::<A, N>(self.smoothing, outputs, targets, gradients, PhantomData)))
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "CrossEntropy, label smoothing {}", self.smoothing)
    }

    fn fingerprint(&self, target: &[f32; N], show: &mut dyn FnMut(u32)) {
        super::show_bits(target, show);
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, const T: usize, C: ClassIndex> Loss<[[f32; N]; T], [C; T]> for CrossEntropy {
    fn evaluate<A: Activation>(
        &self,
        output: &mut [[f32; N]; T],
        target: &[C; T],
        gradient: &mut [[f32; N]; T],
    ) -> Result<f32, TargetError> {
        super::sequences::mean::<A, _, _, _>(self, output, target, gradient)
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "CrossEntropy, label smoothing {}", self.smoothing)
    }

    fn fingerprint(&self, target: &[C; T], show: &mut dyn FnMut(u32)) {
        target.iter().for_each(|class| show(class.index() as u32));
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, const T: usize> Loss<[[f32; N]; T], [[f32; N]; T]> for CrossEntropy {
    fn evaluate<A: Activation>(
        &self,
        output: &mut [[f32; N]; T],
        target: &[[f32; N]; T],
        gradient: &mut [[f32; N]; T],
    ) -> Result<f32, TargetError> {
        super::sequences::mean::<A, _, _, _>(self, output, target, gradient)
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "CrossEntropy, label smoothing {}", self.smoothing)
    }

    fn fingerprint(&self, target: &[[f32; N]; T], show: &mut dyn FnMut(u32)) {
        target.iter().for_each(|step| super::show_bits(step, show));
    }
}

/// Smoothing, logits that become outputs, targets, room for the derivatives.
struct WithClasses<'a, A, C, const N: usize>(f32, &'a mut [[f32; N]], &'a [C], &'a mut [[f32; N]], PhantomData<A>);

impl<A: Activation, C: ClassIndex, const N: usize> Wide for WithClasses<'_, A, C, N> {
    type Output = f32;

    #[inline(always)]
    fn run(self) -> f32 {
        let WithClasses(smoothing, outputs, targets, gradients, _) = self;
        let (even, picked) = (smoothing / N as f32, 1.0 - smoothing);
        let mut loss = 0.0;
        powers(outputs, gradients);
        for ((z, target), p) in outputs.iter_mut().zip(targets).zip(gradients) {
            let log_sum = probabilities(z, p);
            let class = target.index();
            let logit = z.get(class).copied().unwrap_or(f32::NAN);
            let mean_logit = if even > 0.0 { even * z.iter().sum::<f32>() } else { 0.0 };
            loss += log_sum - picked * logit - mean_logit;
            finish::<A, N>(z, p);
            p.iter_mut().for_each(|p| *p -= even);
            if let Some(p) = p.get_mut(class) {
                *p -= picked;
            }
        }
        loss
    }
}

/// The same with a distribution for each sample.
struct WithDistributions<'a, A, const N: usize>(
    f32,
    &'a mut [[f32; N]],
    &'a [[f32; N]],
    &'a mut [[f32; N]],
    PhantomData<A>,
);

impl<A: Activation, const N: usize> Wide for WithDistributions<'_, A, N> {
    type Output = f32;

    #[inline(always)]
    fn run(self) -> f32 {
        let WithDistributions(smoothing, outputs, targets, gradients, _) = self;
        let smooth = |t: f32| (1.0 - smoothing) * t + smoothing / N as f32;
        let mut loss = 0.0;
        powers(outputs, gradients);
        for ((z, target), p) in outputs.iter_mut().zip(targets).zip(gradients) {
            let log_sum = probabilities(z, p);
            for (t, z) in target.iter().zip(&*z) {
                let t = smooth(*t);
                loss += if t > 0.0 { t * (log_sum - z) } else { 0.0 };
            }
            finish::<A, N>(z, p);
            let total: f32 = target.iter().map(|t| smooth(*t)).sum();
            for (p, t) in p.iter_mut().zip(target) {
                *p = *p * total - smooth(*t);
            }
        }
        loss
    }
}

/// `p[i] = exp(z[i] - max z)` in each row, over the whole batch at once, since rows may be short.
#[inline(always)]
fn powers<const N: usize>(z: &[[f32; N]], p: &mut [[f32; N]]) {
    for (p, z) in p.iter_mut().zip(z) {
        let max = max(z);
        for (p, z) in p.iter_mut().zip(z) {
            *p = z - max;
        }
    }
    math::exp_each(crate::memory::plain::flatten_mut(p));
}

/// From [`powers`] to the softmax of the logits; returns `ln Σ exp zⱼ`.
#[inline(always)]
fn probabilities<const N: usize>(z: &[f32; N], p: &mut [f32; N]) -> f32 {
    max(z) + math::ln(scale_to_one(p))
}

/// Makes the logits the outputs of the head `A`, of which the softmax is known.
#[inline(always)]
fn finish<A: Activation, const N: usize>(z: &mut [f32; N], p: &[f32; N]) {
    if A::NORMALIZED {
        *z = *p;
    } else {
        A::apply(z, N);
    }
}
