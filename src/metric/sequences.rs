//! Metrics of sequences: each step counts as a sample.

use super::{
    Accuracy, ClassOf, ConfusionMatrix, MeanAbsoluteError, Metric, MetricError, R2, RootMeanSquaredError, TopK,
};
use crate::memory::plain::Plain;
use crate::shape::Shape;
use crate::shape::sequence::Padded;
use crate::train::loss::Outputs;

/// Sequences of up to `T` steps: the steps that there are. Where an output and its target differ in length, the shorter counts.
macro_rules! of_sequences {
    ($($Metric:ident $(<const $N:ident>)?),*) => { $(
        #[diagnostic::do_not_recommend]
        impl<O: Shape, U: Plain + Copy, const T: usize $(, const $N: usize)?> Metric<Padded<O, T>, Padded<U, T>>
            for $Metric $(<$N>)?
        where
            Self: Metric<O, U>,
        {
            fn name(&self) -> &str {
                Metric::<O, U>::name(self)
            }

            fn reset(&mut self) {
                Metric::<O, U>::reset(self);
            }

            fn prepare(&mut self, outputs: Outputs, targets: &[Padded<U, T>]) -> Result<(), MetricError> {
                let mut samples = targets.iter().enumerate();
                samples.try_for_each(|(sample, target)| {
                    Metric::<O, U>::prepare(self, outputs, target.steps()).map_err(|error| error.of_sample(sample))
                })
            }

            fn update(&mut self, outputs: &[Padded<O, T>], targets: &[Padded<U, T>]) {
                for (output, target) in outputs.iter().zip(targets) {
                    Metric::<O, U>::update(self, output.steps(), target.steps());
                }
            }

            fn value(&self) -> f64 {
                Metric::<O, U>::value(self)
            }

            fn higher_is_better(&self) -> bool {
                Metric::<O, U>::higher_is_better(self)
            }
        }
    )* };
}
of_sequences!(Accuracy, TopK, ConfusionMatrix<const N>, MeanAbsoluteError, RootMeanSquaredError, R2);

#[diagnostic::do_not_recommend]
impl<const N: usize, const T: usize, C: ClassOf<N>> Metric<[[f32; N]; T], [C; T]> for Accuracy {
    fn name(&self) -> &str {
        Metric::<[f32; N], C>::name(self)
    }

    fn reset(&mut self) {
        Metric::<[f32; N], C>::reset(self);
    }

    fn prepare(&mut self, outputs: Outputs, targets: &[[C; T]]) -> Result<(), MetricError> {
        let mut samples = targets.iter().enumerate();
        samples.try_for_each(|(sample, target)| {
            Metric::<[f32; N], C>::prepare(self, outputs, target).map_err(|error| error.of_sample(sample))
        })
    }

    fn update(&mut self, outputs: &[[[f32; N]; T]], targets: &[[C; T]]) {
        Metric::<[f32; N], C>::update(self, outputs.as_flattened(), targets.as_flattened());
    }

    fn value(&self) -> f64 {
        Metric::<[f32; N], C>::value(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::sequence::Token;

    #[test]
    fn each_step_that_there_is_counts() {
        let outputs = [[[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]; 2];
        let targets = [[0, 1, 1], [1, 1, 0]].map(|row| row.map(Token));
        assert_eq!(Accuracy::new().measure(&outputs, &targets), 4.0 / 6.0);
        let lengths = [2, 1];
        let cut = |i: usize| Padded::first_of(outputs[i], lengths[i]).unwrap();
        let cut_target = |i: usize| Padded::first_of(targets[i], lengths[i]).unwrap();
        let value = Accuracy::new().measure(&[cut(0), cut(1)], &[cut_target(0), cut_target(1)]);
        assert_eq!(value, 2.0 / 3.0);
    }

    #[test]
    fn numbers_too() {
        let outputs = [Padded::first_of([[1.0], [3.0], [f32::NAN]], 2).unwrap()];
        let targets = [Padded::first_of([[2.0], [3.5], [0.0]], 2).unwrap()];
        let mut error = MeanAbsoluteError::default();
        assert_eq!(error.measure(&outputs, &targets), 0.75);
        assert!(!Metric::<Padded<[f32; 1], 3>, Padded<[f32; 1], 3>>::higher_is_better(&error));
    }
}
