//! How often a sequence is answered rightly as a whole.

use super::class::{ClassOf, Reading, check_classes};
use super::{Metric, MetricError};
use crate::memory::plain::Plain;
use crate::shape::sequence::Padded;
use crate::train::loss::Outputs;

/// The share of sequences that are answered rightly as a whole: the length of the target, and the right class at each step.
///
/// A step of a single output answers class 1 above a threshold, as in [`Accuracy`](super::Accuracy); a step of several labels is right
/// if each label is.
///
/// For a decoder, which is given the right tokens before each step (teacher forcing), this is also the share of targets that greedy
/// decoding finds: as long as it is right, it is given the same tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactMatch {
    reading: Reading,
    right: u64,
    total: u64,
}

super::value_by_name!(ExactMatch);

impl ExactMatch {
    /// Exact match with the threshold that suits the network in `Fit`, elsewhere 0.5.
    pub const fn new() -> Self {
        ExactMatch { reading: Reading::new(), right: 0, total: 0 }
    }

    /// Exact match with a threshold for steps of a single output; logits need 0.
    ///
    /// # Panics
    ///
    /// When the threshold is not finite.
    #[track_caller]
    pub const fn with_threshold(threshold: f32) -> Self {
        ExactMatch { reading: Reading::at(threshold), right: 0, total: 0 }
    }
}

impl Default for ExactMatch {
    fn default() -> Self {
        ExactMatch::new()
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, const T: usize, U: ClassOf<N> + Plain + Copy> Metric<Padded<[f32; N], T>, Padded<U, T>>
    for ExactMatch
{
    fn name(&self) -> &str {
        "exact match"
    }

    fn reset(&mut self) {
        (self.right, self.total) = (0, 0);
    }

    fn prepare(&mut self, outputs: Outputs, targets: &[Padded<U, T>]) -> Result<(), MetricError> {
        for (sample, target) in targets.iter().enumerate() {
            self.reading.prepare(outputs, target.steps());
            if !self.reading.per_label {
                check_classes("exact match", outputs, target.steps()).map_err(|error| error.of_sample(sample))?;
            }
        }
        Ok(())
    }

    fn update(&mut self, outputs: &[Padded<[f32; N], T>], targets: &[Padded<U, T>]) {
        for (output, target) in outputs.iter().zip(targets) {
            let right = |(output, target)| self.reading.is_right::<N>(output, target) == Some(true);
            let all = output.steps().iter().zip(target.steps()).all(right);
            self.right += u64::from(all && output.length() == target.length());
            self.total += 1;
        }
    }

    fn value(&self) -> f64 {
        self.right as f64 / self.total as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::sequence::Token;

    fn outputs() -> [Padded<[f32; 3], 4>; 3] {
        let say = |class: usize| core::array::from_fn(|i| if i == class { 2.0 } else { 1.0 });
        [&[0, 1, 2][..], &[1, 1], &[2]].map(|classes| {
            let steps: Vec<[f32; 3]> = classes.iter().map(|class| say(*class)).collect();
            Padded::new(&steps).unwrap()
        })
    }

    fn targets() -> [Padded<Token, 4>; 3] {
        [&[0, 1, 2][..], &[1, 0], &[9]].map(|classes: &[u32]| {
            let tokens: Vec<Token> = classes.iter().map(|class| Token(*class)).collect();
            Padded::new(&tokens).unwrap()
        })
    }

    #[test]
    fn a_sequence_is_right_as_a_whole_or_not() {
        let mut exact = ExactMatch::new();
        assert_eq!(exact.measure(&outputs(), &targets()), 1.0 / 3.0);
        let short = [Padded::new(&[Token(0), Token(1)]).unwrap()];
        assert_eq!(exact.measure(&outputs()[..1], &short), 0.0);
        assert!(ExactMatch::new().measure(&outputs()[..0], &targets()[..0]).is_nan());
    }
    #[test]
    fn a_step_of_a_logit_or_of_labels_is_read_as_such() {
        let logits = [Padded::<[f32; 1], 3>::new(&[[0.3], [-0.2]]).unwrap()];
        let yes_no = [Padded::new(&[[1.0], [0.0]]).unwrap()];
        assert_eq!(ExactMatch::new().measure(&logits, &yes_no), 0.0);
        assert_eq!(ExactMatch::with_threshold(0.0).measure(&logits, &yes_no), 1.0);
        let mut exact = ExactMatch::new();
        exact.prepare(Outputs::Labels { logits: true }, &yes_no).unwrap();
        assert_eq!(exact.measure(&logits, &yes_no), 1.0);

        let outputs = [Padded::<[f32; 2], 3>::new(&[[0.9, 0.8], [0.1, 0.2]]).unwrap()];
        let labels = [Padded::new(&[[1.0, 1.0], [0.0, 0.0]]).unwrap()];
        exact.prepare(Outputs::Labels { logits: false }, &labels).unwrap();
        assert_eq!(exact.measure(&outputs, &labels), 1.0);
        let error = ExactMatch::new().prepare(Outputs::Values, &labels).unwrap_err();
        assert_eq!(error, MetricError::NoClass { metric: "exact match".into(), sample: 0 });
    }
}
