//! Schedules: a factor on the learning rate, which changes with the steps of training.

use crate::kernel::math;

/// The course of the learning rate over the steps, which count from 1.
///
/// ```
/// use congruent::Schedule;
/// let schedule = Schedule::cosine(1000).warm_up(100); // up for 100 steps, then down to 0 at step 1100
/// assert_eq!(schedule.factor(50), 0.5);
/// assert_eq!(schedule.factor(1100), 0.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Schedule {
    course: Course,
    warm_up: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
enum Course {
    #[default]
    Constant,
    Step {
        #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::every"))]
        every: u32,
        #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::factor"))]
        factor: f32,
    },
    Exponential {
        #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::factor"))]
        factor: f32,
    },
    Cosine {
        #[cfg_attr(feature = "serde", serde(deserialize_with = "super::setting::read::steps"))]
        steps: u32,
    },
}

impl Schedule {
    /// The same learning rate all along.
    #[must_use]
    pub const fn constant() -> Schedule {
        Schedule { course: Course::Constant, warm_up: 0 }
    }

    /// Multiplied by `factor` after each `every` steps: `factor^⌊s / every⌋` with `s` the steps made before.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn step(every: u32, factor: f32) -> Schedule {
        let (every, factor) = (super::setting::every(every), super::setting::factor(factor));
        Schedule { course: Course::Step { every, factor }, warm_up: 0 }
    }

    /// Multiplied by `factor` after each step: `factor^s`.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn exponential(factor: f32) -> Schedule {
        Schedule { course: Course::Exponential { factor: super::setting::factor(factor) }, warm_up: 0 }
    }

    /// From 1 to 0 along half a cosine in `steps` steps, then 0: `(1 + cos(π·s / steps)) / 2` (Loshchilov and Hutter 2017).
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn cosine(steps: u32) -> Schedule {
        Schedule { course: Course::Cosine { steps: super::setting::steps(steps) }, warm_up: 0 }
    }

    /// Before that, linearly up over `steps` steps: `step / steps`.
    #[must_use]
    pub const fn warm_up(self, steps: u32) -> Schedule {
        Schedule { course: self.course, warm_up: steps }
    }

    /// What the learning rate is multiplied by in step `step`, which counts from 1.
    #[must_use]
    pub fn factor(&self, step: u32) -> f32 {
        if step < self.warm_up {
            return step as f32 / self.warm_up as f32;
        }
        // the first step of the course is the last of the warm-up, which has factor 1 in both
        let before = step - self.warm_up.max(1).min(step);
        match self.course {
            Course::Constant => 1.0,
            Course::Step { every, factor } => libm::powf(factor, (before / every.max(1)) as f32),
            Course::Exponential { factor } => libm::powf(factor, before as f32),
            Course::Cosine { steps } if before >= steps => 0.0,
            Course::Cosine { steps } => 0.5 + 0.5 * math::cos_turns(0.5 * before as f32 / steps as f32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constant_is_one() {
        assert_eq!([1, 2, 1000].map(|s| Schedule::constant().factor(s)), [1.0; 3]);
    }

    #[test]
    fn step_falls_after_each_so_many() {
        assert_eq!([1, 10, 11, 20, 21].map(|s| Schedule::step(10, 0.5).factor(s)), [1.0, 1.0, 0.5, 0.5, 0.25]);
    }

    #[test]
    fn exponential_falls_after_each() {
        assert_eq!([1, 2, 3].map(|s| Schedule::exponential(0.5).factor(s)), [1.0, 0.5, 0.25]);
    }

    #[test]
    fn cosine_goes_to_zero_and_stays() {
        let schedule = Schedule::cosine(100);
        assert_eq!(schedule.factor(1), 1.0);
        assert!((schedule.factor(51) - 0.5).abs() < 1e-6);
        assert_eq!([101, 102, 5000].map(|s| schedule.factor(s)), [0.0; 3]);
    }

    #[test]
    fn warm_up_comes_first_and_moves_the_course() {
        let schedule = Schedule::step(10, 0.5).warm_up(4);
        assert_eq!([1, 2, 3, 4, 13, 14].map(|s| schedule.factor(s)), [0.25, 0.5, 0.75, 1.0, 1.0, 0.5]);
    }
}
