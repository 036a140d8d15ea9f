//! Optimizers: how parameters follow the negative gradient.
//!
//! Each shows its rule with `w` a parameter, `g` its gradient and `η` the learning rate of the step, which the
//! [`Schedule`] may change. State lives in storage of just the size it needs: no number for plain gradient descent, one a
//! parameter with momentum, two with Adam. (From 4096 parameters on, each of these slots is rounded up to whole lines of the cache, by 15
//! numbers at most.)
//!
//! With the feature `serde` optimizers and schedules are written and read by it; what is read is held to the same ranges.
//!
//! # Panics
//!
//! As all constructors of this crate, those of optimizers, losses, schedules and of the trainer refuse settings that cannot be: in a `const`
//! when compiled, else by a panic. A step of training never panics.
//!
//! | setting | |
//! |---|---|
//! | learning rate, weight decay | finite, at least 0 |
//! | momentum, `β₁`, `β₂`, `α` | at least 0, less than 1 |
//! | `ε`, `δ` of Huber's loss | finite, above 0 |
//! | label smoothing | 0 to 1 |
//! | clipping | above 0 |
//! | factors of a schedule | finite, at least 0 |
//! | steps of a schedule | at least 1 |

mod adam;
mod rms_prop;
mod schedule;
mod setting;
mod sgd;

use core::fmt::{self, Formatter};

use crate::memory::pair::Pair;
use crate::memory::plain::{Numbers, Parameters};
use crate::sealed::Sealed;

pub use adam::{Adam, AdamW};
pub use rms_prop::RmsProp;
pub use schedule::Schedule;
pub use sgd::{Momentum, Sgd};

/// A rule that moves parameters against their gradient.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer",
    label = "expected `Sgd`, `Adam`, `AdamW`, `RmsProp`, or a type that implements `Optimizer`"
)]
pub trait Optimizer {
    /// What is remembered for trained parameters, in slots of `C` numbers: none, `()`, [`One`] slot, or [`Two`].
    type State<C: SlotLength>: State;

    /// The learning rate before any schedule.
    fn learning_rate(&self) -> f32;

    /// Moves a run of parameters one step, and sets their gradients to zero. `first` and `second` are what is
    /// remembered for these parameters, zero before the first step, or empty where the state has no such number.
    fn update(&self, step: &Step, parameters: &mut [f32], gradients: &mut [f32], first: &mut [f32], second: &mut [f32]);

    /// Writes the rule and those settings that must be the same when a run goes on from a checkpoint: all but the learning rate. By
    /// default, the name of the type.
    ///
    /// # Errors
    ///
    /// Those of the formatter.
    fn describe(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(core::any::type_name::<Self>())
    }
}

/// How many numbers a slot of an optimizer's state has, as a type. Only this crate has such types.
pub trait SlotLength: slot::Slot + 'static {
    /// As many numbers.
    #[doc(hidden)]
    type Numbers: Parameters;
}

impl<C: generic_array::ArrayLength> SlotLength for C {
    type Numbers = Numbers<C>;
}

mod slot {
    pub trait Slot {}
    impl<C: generic_array::ArrayLength> Slot for C {}
}

/// One slot of `C` numbers, a number for each parameter that is trained.
#[derive(Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct One<C: SlotLength> {
    numbers: C::Numbers,
}

impl<C: SlotLength> fmt::Debug for One<C> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("One").field(&self.as_flat()).finish()
    }
}

/// Two slots of `C` numbers.
pub type Two<C> = Pair<One<C>, One<C>>;

/// The storage of an optimizer.
pub trait State: Parameters + Sealed {
    /// The first numbers and the second numbers of all parameters, in the parameters' order; empty where there are none. Behind them
    /// may be a few that belong to no parameter.
    fn slots(&mut self) -> (&mut [f32], &mut [f32]);
}

impl Sealed for () {}

impl State for () {
    fn slots(&mut self) -> (&mut [f32], &mut [f32]) {
        (&mut [], &mut [])
    }
}

impl<C: SlotLength> Sealed for One<C> {}

impl<C: SlotLength> State for One<C> {
    fn slots(&mut self) -> (&mut [f32], &mut [f32]) {
        (self.as_flat_mut(), &mut [])
    }
}

impl<C: SlotLength> State for Two<C> {
    fn slots(&mut self) -> (&mut [f32], &mut [f32]) {
        (self.0.as_flat_mut(), self.1.as_flat_mut())
    }
}

/// What an optimizer is told about the step it makes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// Counts from 1.
    pub number: u32,
    /// `η`, after the schedule.
    pub learning_rate: f32,
    /// What each gradient is to be multiplied by first: 1 / samples, and less when the norm is clipped.
    pub scale: f32,
    /// Where each gradient is cut off after that: infinite when not clipped by value.
    pub limit: f32,
}

impl Step {
    /// Step `number`, counted from 1, with gradients as they are.
    #[must_use]
    pub const fn new(number: u32, learning_rate: f32) -> Step {
        Step { number, learning_rate, scale: 1.0, limit: f32::INFINITY }
    }

    /// The gradient that the rule works with.
    #[inline(always)]
    pub fn gradient(&self, raw: f32) -> f32 {
        let scaled = raw * self.scale;
        // written so that NaN stays NaN
        if scaled > self.limit {
            self.limit
        } else if scaled < -self.limit {
            -self.limit
        } else {
            scaled
        }
    }
}
