//! From outputs and targets to classes.

use super::MetricError;
use crate::shape::sequence::Token;
use crate::train::loss::Outputs;

/// A target that names one of the classes an output of `N` numbers can tell apart.
///
/// With `N` of 2 or more, number i belongs to class i. With `N` = 1, the number is that of class 1, against class 0.
///
/// Implemented by class indices (`usize`, `u8`, `u16`, `u32`, [`Token`]), by arrays of numbers (`[f32; N]`) and, for a single
/// output, by `bool`. An array names a class if it is a distribution (no number below 0, and a sum of 1): the first of its greatest
/// numbers. A single number names one if it is from 0 to 1: class 1 above 0.5.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a target that names one of {N} classes",
    label = "no class",
    note = "a class is a `usize`, `u8`, `u16`, `u32` or `Token`, which counts from 0; another whole number becomes one by `as usize`"
)]
pub trait ClassOf<const N: usize> {
    /// The class, or `None` where there is no such class.
    fn class(&self) -> Option<usize>;

    /// A label for each output, where the target has them: yes above 0.5.
    fn labels(&self) -> Option<&[f32; N]> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> ClassOf<N> for usize {
    fn class(&self) -> Option<usize> {
        (*self < classes(N)).then_some(*self)
    }
}

macro_rules! class_of {
    ($($number:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<const N: usize> ClassOf<N> for $number {
            fn class(&self) -> Option<usize> {
                ClassOf::<N>::class(&(*self as usize))
            }
        }
    )* };
}
class_of!(u8 u16 u32);

#[diagnostic::do_not_recommend]
impl<const N: usize> ClassOf<N> for Token {
    fn class(&self) -> Option<usize> {
        ClassOf::<N>::class(&self.index())
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> ClassOf<N> for [f32; N] {
    fn class(&self) -> Option<usize> {
        let sum: f32 = self.iter().sum();
        let is_class = are_labels(self) && (N == 1 || (sum - 1.0).abs() < 1e-3);
        is_class.then(|| predicted(self, 0.5)).flatten()
    }

    fn labels(&self) -> Option<&[f32; N]> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl ClassOf<1> for bool {
    fn class(&self) -> Option<usize> {
        Some(usize::from(*self))
    }
}

/// How a metric reads outputs and targets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    /// What the user chose.
    chosen: Option<f32>,
    /// A single number, or a label, is a yes above it.
    pub threshold: f32,
    /// Whether each number of an output is an answer of its own.
    pub per_label: bool,
}

impl Reading {
    pub const fn new() -> Self {
        Reading { chosen: None, threshold: 0.5, per_label: false }
    }

    /// # Panics
    ///
    /// When the threshold is not finite: all answers would be the same.
    #[track_caller]
    pub const fn at(threshold: f32) -> Self {
        assert!(threshold.is_finite(), "a threshold is finite");
        Reading { chosen: Some(threshold), threshold, per_label: false }
    }

    /// By what the outputs mean, and the targets are.
    pub fn prepare<const N: usize, T: ClassOf<N>>(&mut self, outputs: Outputs, targets: &[T]) {
        if let Outputs::Labels { logits } = outputs {
            self.threshold = self.chosen.unwrap_or(if logits { 0.0 } else { 0.5 });
            if let Some(target) = targets.first() {
                self.per_label = N > 1 && target.labels().is_some();
            }
        }
    }

    /// Whether an output is the right answer as a whole; `None` where the target cannot be.
    pub fn is_right<const N: usize>(&self, output: &[f32; N], target: &impl ClassOf<N>) -> Option<bool> {
        if !self.per_label {
            return Some(predicted(output, self.threshold) == Some(target.class()?));
        }
        let labels = target.labels().filter(|labels| are_labels(*labels))?;
        Some(output.iter().zip(labels).all(|(y, t)| self.label(*y, *t)))
    }

    /// Whether a number of an output is the right answer.
    pub fn label(&self, output: f32, target: f32) -> bool {
        !output.is_nan() && (output > self.threshold) == (target > 0.5)
    }
}

/// Whether each number is from 0 to 1.
pub(super) fn are_labels(target: &[f32]) -> bool {
    target.iter().all(|t| (0.0..=1.0).contains(t))
}

/// That each target names a class, where the loss does not look at it itself.
pub(super) fn check_classes<const N: usize, T: ClassOf<N>>(
    metric: &str,
    outputs: Outputs,
    targets: &[T],
) -> Result<(), MetricError> {
    if matches!(outputs, Outputs::Classes { .. }) {
        return Ok(());
    }
    match targets.iter().position(|target| target.class().is_none()) {
        Some(sample) => Err(MetricError::NoClass { metric: metric.into(), sample }),
        None => Ok(()),
    }
}

/// How many classes an output of `n` numbers tells apart.
pub(super) const fn classes(n: usize) -> usize {
    if n < 2 { 2 } else { n }
}

/// The class an output stands for: the first greatest number, or whether a single number is above the threshold. `None` where
/// a number is NaN or there is none.
pub(super) fn predicted(output: &[f32], threshold: f32) -> Option<usize> {
    if output.iter().any(|x| x.is_nan()) {
        return None;
    }
    if let [single] = output {
        return Some(usize::from(*single > threshold));
    }
    let first_greatest = |best, i| if output[i] > output[best] { i } else { best };
    (0..output.len()).reduce(first_greatest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_greatest_number_wins() {
        assert_eq!(predicted(&[0.1, 0.7, 0.2], 0.5), Some(1));
        assert_eq!(predicted(&[0.4, 0.4, 0.2], 0.5), Some(0));
        assert_eq!(predicted(&[f32::NEG_INFINITY; 3], 0.5), Some(0));
        assert_eq!(predicted(&[0.1, f32::INFINITY], 0.5), Some(1));
        assert_eq!(predicted(&[0.1, 0.7, f32::NAN], 0.5), None);
        assert_eq!(predicted(&[], 0.5), None);
    }

    #[test]
    fn one_number_is_compared_with_the_threshold() {
        assert_eq!(predicted(&[0.5], 0.5), Some(0));
        assert_eq!(predicted(&[0.51], 0.5), Some(1));
        assert_eq!(predicted(&[0.51], 0.6), Some(0));
        assert_eq!(predicted(&[f32::NAN], 0.5), None);
    }

    #[test]
    fn targets_name_classes() {
        assert_eq!(ClassOf::<3>::class(&2_usize), Some(2));
        assert_eq!(ClassOf::<3>::class(&3_usize), None);
        assert_eq!(ClassOf::<3>::class(&255_u8), None);
        assert_eq!(ClassOf::<1>::class(&1_u8), Some(1));
        assert_eq!(ClassOf::<1>::class(&2_u8), None);
        assert_eq!([0.0, 1.0].class(), Some(1));
        assert_eq!([1.0].class(), Some(1));
        assert_eq!([-1.0].class(), None);
        assert_eq!([1.0, 0.0, 1.0].class(), None);
        assert_eq!([0.0, 0.0].class(), None);
        assert_eq!([1.5, -0.5].class(), None);
        assert_eq!([0.5, 0.5].class(), Some(0));
        assert_eq!([0.0, f32::NAN].class(), None);
        assert_eq!(true.class(), Some(1));
    }
}
