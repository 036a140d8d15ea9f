//! Stochastic gradient descent: `w ← w − η·g`, with `g ← g + λ·w` before it where weights decay.
//!
//! With momentum `μ` (Polyak 1964) the gradients gather speed, `v ← μ·v + g`, `w ← w − η·v`; looking ahead (Nesterov 1983,
//! in the form of Sutskever et al. 2013) `w ← w − η·(g + μ·v)`. Both as in PyTorch, where `η` is outside the velocity.

use core::fmt::{self, Formatter};

use super::{One, Optimizer, SlotLength, Step};
use crate::kernel;

/// Gradient descent; with [`momentum`](Sgd::momentum) it remembers one number a parameter.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sgd<M = ()> {
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::learning_rate"))]
    learning_rate: f32,
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::weight_decay"))]
    weight_decay: f32,
    momentum: M,
}

/// The momentum of [`Sgd`].
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Momentum {
    #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::decay"))]
    factor: f32,
    nesterov: bool,
}

impl Sgd {
    /// Plain gradient descent with learning rate `η`.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn new(learning_rate: f32) -> Sgd {
        Sgd { learning_rate: super::setting::learning_rate(learning_rate), weight_decay: 0.0, momentum: () }
    }

    /// Adds momentum `μ`, usually 0.9.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn momentum(self, factor: f32) -> Sgd<Momentum> {
        let momentum = Momentum { factor: super::setting::decay(factor), nesterov: false };
        Sgd { learning_rate: self.learning_rate, weight_decay: self.weight_decay, momentum }
    }
}

impl Sgd<Momentum> {
    /// Looks ahead (Nesterov).
    #[must_use]
    pub const fn nesterov(mut self) -> Self {
        self.momentum.nesterov = true;
        self
    }
}

impl<M: Copy> Sgd<M> {
    /// Adds `λ·w` to the gradient, which pulls parameters to zero.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn weight_decay(mut self, lambda: f32) -> Self {
        self.weight_decay = super::setting::weight_decay(lambda);
        self
    }
}

#[diagnostic::do_not_recommend]
impl Optimizer for Sgd {
    type State<C: SlotLength> = ();

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn update(&self, step: &Step, w: &mut [f32], gradients: &mut [f32], _first: &mut [f32], _second: &mut [f32]) {
        let (step, decay) = (*step, self.weight_decay);
        kernel::update0(w, gradients, move |w, gradient| {
            let g = step.gradient(*gradient) + decay * *w;
            *gradient = 0.0;
            *w -= step.learning_rate * g;
        });
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Sgd, weight decay {}", self.weight_decay)
    }
}

#[diagnostic::do_not_recommend]
impl Optimizer for Sgd<Momentum> {
    type State<C: SlotLength> = One<C>;

    fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    fn update(&self, step: &Step, w: &mut [f32], gradients: &mut [f32], v: &mut [f32], _second: &mut [f32]) {
        let (step, decay, Momentum { factor, nesterov }) = (*step, self.weight_decay, self.momentum);
        kernel::update1(w, gradients, v, move |w, gradient, v| {
            let g = step.gradient(*gradient) + decay * *w;
            *gradient = 0.0;
            *v = factor * *v + g;
            *w -= step.learning_rate * if nesterov { g + factor * *v } else { *v };
        });
    }

    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Momentum { factor, nesterov } = self.momentum;
        let nesterov = if nesterov { "Nesterov " } else { "" };
        write!(f, "Sgd, {nesterov}momentum {factor}, weight decay {}", self.weight_decay)
    }
}
