//! RMSprop (Hinton, "Neural networks for machine learning", lecture 6e, 2012): divides each gradient by a running root
//! mean square of itself: `v ← α·v + (1 − α)·g²`, `w ← w − η·g / (√v + ε)`, with `g ← g + λ·w` first where weights decay.

use core::fmt::{self, Formatter};

use super::{One, Optimizer, SlotLength, Step};
use crate::kernel::{self, math};

/// RMSprop; remembers one number a parameter.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RmsProp {
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::learning_rate"))]
    learning_rate: f32,
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::decay"))]
    alpha: f32,
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::epsilon"))]
    epsilon: f32,
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::weight_decay"))]
    weight_decay: f32,
}

impl RmsProp {
    /// With learning rate `η`, and `α = 0.99`, `ε = 1e-8` as in PyTorch. (Keras has 0.9 and 1e-7.)
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn new(learning_rate: f32) -> RmsProp {
        RmsProp {
            learning_rate: super::setting::learning_rate(learning_rate),
            alpha: 0.99,
            epsilon: 1e-8,
            weight_decay: 0.0,
        }
    }

    /// How slowly the mean of the squares forgets (`α`).
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn alpha(mut self, alpha: f32) -> RmsProp {
        self.alpha = super::setting::decay(alpha);
        self
    }

    /// What keeps the divisor from zero.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn epsilon(mut self, epsilon: f32) -> RmsProp {
        self.epsilon = super::setting::epsilon(epsilon);
        self
    }

    /// Adds `λ·w` to the gradient, which pulls parameters to zero.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn weight_decay(mut self, lambda: f32) -> RmsProp {
        self.weight_decay = super::setting::weight_decay(lambda);
        self
    }
}

#[diagnostic::do_not_recommend]
impl Optimizer for RmsProp {
    type State<C: SlotLength> = One<C>;

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn update(&self, step: &Step, w: &mut [f32], gradients: &mut [f32], v: &mut [f32], _second: &mut [f32]) {
        let (step, RmsProp { alpha, epsilon, weight_decay, .. }) = (*step, *self);
        kernel::update1(w, gradients, v, move |w, gradient, v| {
            let g = step.gradient(*gradient) + weight_decay * *w;
            *gradient = 0.0;
            *v = alpha * *v + (1.0 - alpha) * g * g;
            *w -= step.learning_rate * g / (math::sqrt(*v) + epsilon);
        });
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let RmsProp { alpha, epsilon, weight_decay, .. } = self;
        write!(f, "RmsProp, alpha {alpha}, epsilon {epsilon}, weight decay {weight_decay}")
    }
}
