//! Adam (Kingma and Ba 2015): steps of about the learning rate in each direction, whatever the size of its gradient.
//!
//! `m ← β₁·m + (1 − β₁)·g`, `v ← β₂·v + (1 − β₂)·g²`, and, correcting for both having started at zero, at step `t`
//! `w ← w − η · m̂ / (√v̂ + ε)` with `m̂ = m / (1 − β₁ᵗ)`, `v̂ = v / (1 − β₂ᵗ)`.
//!
//! Weight decay: [`Adam`] adds `λ·w` to the gradient; [`AdamW`] (Loshchilov and Hutter 2019) takes `η·λ·w` from the
//! parameter itself, untouched by `m` and `v`.

use core::fmt::{self, Formatter};

use super::{Optimizer, SlotLength, Step, Two};
use crate::kernel::{self, math};

/// Adam; remembers two numbers a parameter.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Adam {
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::learning_rate"))]
    learning_rate: f32,
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::decay"))]
    beta1: f32,
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::decay"))]
    beta2: f32,
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::epsilon"))]
    epsilon: f32,
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::weight_decay"))]
    weight_decay: f32,
}

impl Adam {
    /// With learning rate `η`, usually 0.001, and `β₁ = 0.9`, `β₂ = 0.999`, `ε = 1e-8`.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn new(learning_rate: f32) -> Adam {
        Adam {
            learning_rate: super::setting::learning_rate(learning_rate),
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
        }
    }

    /// How slowly the mean of the gradients (`β₁`) and of their squares (`β₂`) forget.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn betas(mut self, beta1: f32, beta2: f32) -> Adam {
        self.beta1 = super::setting::decay(beta1);
        self.beta2 = super::setting::decay(beta2);
        self
    }

    /// What keeps the divisor from zero. (Keras has 1e-7.)
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn epsilon(mut self, epsilon: f32) -> Adam {
        self.epsilon = super::setting::epsilon(epsilon);
        self
    }

    /// Adds `λ·w` to the gradient. [`AdamW`] is usually the better way.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn weight_decay(mut self, lambda: f32) -> Adam {
        self.weight_decay = super::setting::weight_decay(lambda);
        self
    }

    fn describe_as(&self, name: &str, f: &mut Formatter<'_>) -> fmt::Result {
        let Adam { beta1, beta2, epsilon, weight_decay, .. } = self;
        write!(f, "{name}, betas {beta1} and {beta2}, epsilon {epsilon}, weight decay {weight_decay}")
    }

    /// The rule, with `coupled` weight decay added to the gradient and `decoupled` taken from the parameter.
    fn step(&self, step: &Step, coupled: f32, decoupled: f32, slots: [&mut [f32]; 4]) {
        let [w, gradients, m, v] = slots;
        let &Adam { beta1, beta2, epsilon, .. } = self;
        let (step, keep) = (*step, 1.0 - step.learning_rate * decoupled);
        let rate = step.learning_rate / correction(beta1, step.number);
        let root = 1.0 / math::sqrt(correction(beta2, step.number));
        kernel::update2(w, gradients, m, v, move |w, gradient, m, v| {
            let g = step.gradient(*gradient) + coupled * *w;
            *gradient = 0.0;
            *m = beta1 * *m + (1.0 - beta1) * g;
            *v = beta2 * *v + (1.0 - beta2) * g * g;
            *w = keep * *w - rate * *m / (math::sqrt(*v) * root + epsilon);
        });
    }
}

/// `1 − βᵗ`, without cancellation where `βᵗ` is near 1.
fn correction(beta: f32, step: u32) -> f32 {
    -libm::expm1f(step as f32 * libm::log1pf(-(1.0 - beta)))
}

#[diagnostic::do_not_recommend]
impl Optimizer for Adam {
    type State<C: SlotLength> = Two<C>;

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn update(&self, step: &Step, w: &mut [f32], gradients: &mut [f32], m: &mut [f32], v: &mut [f32]) {
        self.step(step, self.weight_decay, 0.0, [w, gradients, m, v]);
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.describe_as("Adam", f)
    }
}

/// Adam with decoupled weight decay; remembers two numbers a parameter.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct AdamW {
    adam: Adam,
}

impl AdamW {
    /// With learning rate `η` and the defaults of [`Adam::new`], and weight decay `λ = 0.01`.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn new(learning_rate: f32) -> AdamW {
        AdamW { adam: Adam::new(learning_rate).weight_decay(0.01) }
    }

    /// See [`Adam::betas`].
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn betas(self, beta1: f32, beta2: f32) -> AdamW {
        AdamW { adam: self.adam.betas(beta1, beta2) }
    }

    /// See [`Adam::epsilon`].
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn epsilon(self, epsilon: f32) -> AdamW {
        AdamW { adam: self.adam.epsilon(epsilon) }
    }

    /// Takes `η·λ·w` from each parameter in each step.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn weight_decay(self, lambda: f32) -> AdamW {
        AdamW { adam: self.adam.weight_decay(lambda) }
    }
}

#[diagnostic::do_not_recommend]
impl Optimizer for AdamW {
    type State<C: SlotLength> = Two<C>;

    fn learning_rate(&self) -> f32 {
        self.adam.learning_rate
    }

    fn update(&self, step: &Step, w: &mut [f32], gradients: &mut [f32], m: &mut [f32], v: &mut [f32]) {
        self.adam.step(step, 0.0, self.adam.weight_decay, [w, gradients, m, v]);
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.adam.describe_as("AdamW", f)
    }
}
