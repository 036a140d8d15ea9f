//! The loss of Huber (1964), over the `N` elements of an output: quadratic near the target, linear far from it, so that
//! a few wild targets do not rule the rest. With `e = y − t`:
//!
//! `loss = Σ h(e) / N`, `h(e) = e²/2` where `|e| ≤ δ`, else `δ·(|e| − δ/2)`; `h'(e)` is `e`, cut off at `±δ`.

use core::fmt::{self, Formatter};

use super::{CompatibleWith, Loss, TargetError, elementwise};
use crate::layer::activation::Activation;
use crate::shape::Tensor;

/// Huber's loss, for regression with outliers.
#[derive(Clone, Copy, Debug)]
pub struct Huber {
    delta: f32,
}

impl Huber {
    /// `δ`: the distance from the target, in the target's unit, beyond which the loss grows linearly.
    ///
    /// # Panics
    ///
    /// When `δ` is not finite and above 0.
    #[must_use]
    #[track_caller]
    pub const fn new(delta: f32) -> Huber {
        assert!(delta > 0.0 && delta.is_finite(), "the delta of a `Huber` loss is finite and above 0");
        Huber { delta }
    }
}

impl Default for Huber {
    /// `δ = 1`
    fn default() -> Huber {
        Huber::new(1.0)
    }
}

#[diagnostic::do_not_recommend]
impl<A: Activation> CompatibleWith<A> for Huber {}

#[diagnostic::do_not_recommend]
impl<S: Tensor> Loss<S, S> for Huber {
    fn evaluate<A: Activation>(&self, output: &mut S, target: &S, gradient: &mut S) -> Result<f32, TargetError> {
        let delta = self.delta;
        let value = |y: f32, t: f32| {
            let e = (y - t).abs();
            if e > delta { delta * (e - 0.5 * delta) } else { 0.5 * e * e }
        };
        let slope = |y: f32, t: f32| {
            let e = y - t;
            if e > delta {
                delta
            } else if e < -delta {
                -delta
            } else {
                e
            }
        };
        elementwise::<A, S>(output, target, gradient, value, slope)
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Huber, delta {}", self.delta)
    }

    fn fingerprint(&self, target: &S, show: &mut dyn FnMut(u32)) {
        super::show_bits(target.as_flat(), show);
    }
}
