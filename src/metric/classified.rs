//! How often the right class is answered.

use super::{
    ClassOf, Metric, MetricError,
    class::{Reading, are_labels, check_classes, classes},
};
use crate::train::loss::Outputs;

/// The share of samples whose class is answered rightly: that of the greatest output, the first one of equals.
///
/// A single output answers class 1 if it is above a threshold: 0.5, or 0 where [`Fit`](crate::train::fit::Fit) trains with
/// [`BinaryCrossEntropy`](crate::BinaryCrossEntropy) on logits. Several outputs trained with `BinaryCrossEntropy` are labels, each
/// of which counts by itself, as with [`per_label`](Self::per_label).
///
/// An output that holds NaN is wrong, and so is a sample whose target names no class; [`invalid`](Self::invalid) counts the latter.
#[derive(Clone, Debug, PartialEq)]
pub struct Accuracy {
    reading: Reading,
    right: u64,
    total: u64,
    invalid: u64,
}

super::value_by_name!(Accuracy);

impl Accuracy {
    /// Accuracy with the threshold that suits the network in `Fit`, elsewhere 0.5.
    pub const fn new() -> Self {
        Accuracy::reading(Reading::new())
    }

    /// Accuracy with a threshold for a single output; logits need 0.
    ///
    /// # Panics
    ///
    /// When the threshold is not finite.
    #[track_caller]
    pub const fn with_threshold(threshold: f32) -> Self {
        Accuracy::reading(Reading::at(threshold))
    }

    /// The share of labels that are answered rightly, where several are true at once: a target is `[f32; N]` with 0 or 1 for each
    /// label, and a label is answered with yes if its output is above the threshold (0.5 for probabilities, 0 for logits).
    ///
    /// ```
    /// # use congruent::metric::{Accuracy, Metric};
    /// let (outputs, targets) = ([[0.9, 0.2, 0.7]], [[1.0, 0.0, 0.0]]);
    /// assert_eq!(Accuracy::per_label(0.5).measure(&outputs, &targets), 2.0 / 3.0);
    /// ```
    ///
    /// # Panics
    ///
    /// When the threshold is not finite.
    #[track_caller]
    pub const fn per_label(threshold: f32) -> Self {
        let mut reading = Reading::at(threshold);
        reading.per_label = true;
        Accuracy::reading(reading)
    }

    const fn reading(reading: Reading) -> Self {
        Accuracy { reading, right: 0, total: 0, invalid: 0 }
    }

    /// The number of samples whose target names no class.
    pub fn invalid(&self) -> u64 {
        self.invalid
    }
}

impl Default for Accuracy {
    fn default() -> Self {
        Accuracy::new()
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, T: ClassOf<N>> Metric<[f32; N], T> for Accuracy {
    fn name(&self) -> &str {
        if self.reading.per_label { "label accuracy" } else { "accuracy" }
    }

    fn reset(&mut self) {
        (self.right, self.total, self.invalid) = (0, 0, 0);
    }

    fn prepare(&mut self, outputs: Outputs, targets: &[T]) -> Result<(), MetricError> {
        self.reading.prepare(outputs, targets);
        if !self.reading.per_label {
            return check_classes("accuracy", outputs, targets);
        }
        match targets.iter().position(|target| target.labels().is_none()) {
            Some(sample) => Err(MetricError::NoLabels { metric: "label accuracy".into(), sample }),
            None => Ok(()),
        }
    }

    fn update(&mut self, outputs: &[[f32; N]], targets: &[T]) {
        for (output, target) in outputs.iter().zip(targets) {
            // of labels each counts, of a class the output as a whole
            let (right, total) = match target.labels() {
                Some(labels) if self.reading.per_label => {
                    let right = output.iter().zip(labels).filter(|(y, t)| self.reading.label(**y, **t)).count();
                    (are_labels(labels).then_some(right), N)
                }
                _ => (self.reading.is_right(output, target).map(usize::from), 1),
            };
            self.invalid += u64::from(right.is_none());
            self.right += right.unwrap_or(0) as u64;
            self.total += total as u64;
        }
    }

    fn value(&self) -> f64 {
        self.right as f64 / self.total as f64
    }
}

/// The share of samples whose class is among the `k` greatest outputs, the first of equals going before the others.
///
/// What is wrong in [`Accuracy`] whatever the outputs is wrong here too.
#[derive(Clone, Debug, PartialEq)]
pub struct TopK {
    name: String,
    k: usize,
    right: u64,
    total: u64,
    invalid: u64,
}

impl TopK {
    /// Counts a class as right among the `k` greatest outputs, from 1 to the number of outputs.
    ///
    /// # Panics
    ///
    /// When `k` is 0; and, without `Fit`, which refuses it, in an update when `k` is more than the number of outputs.
    pub fn new(k: usize) -> Self {
        assert!(k > 0, "top-k accuracy counts the class among the k greatest outputs, and k is at least 1");
        TopK { name: format!("top-{k} accuracy"), k, right: 0, total: 0, invalid: 0 }
    }

    /// The number of samples whose target names no class.
    pub fn invalid(&self) -> u64 {
        self.invalid
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, T: ClassOf<N>> Metric<[f32; N], T> for TopK {
    fn name(&self) -> &str {
        &self.name
    }

    fn reset(&mut self) {
        (self.right, self.total, self.invalid) = (0, 0, 0);
    }

    fn prepare(&mut self, outputs: Outputs, targets: &[T]) -> Result<(), MetricError> {
        if self.k > N {
            return Err(MetricError::TooMany { metric: self.name.clone(), classes: N });
        }
        check_classes(&self.name, outputs, targets)
    }

    fn update(&mut self, outputs: &[[f32; N]], targets: &[T]) {
        const { assert!(classes(N) == N, "top-k accuracy needs an output for each of 2 classes or more") };
        assert!(self.k <= N, "top-{} accuracy of {N} outputs", self.k);
        for (output, target) in outputs.iter().zip(targets) {
            self.total += 1;
            match target.class() {
                None => self.invalid += 1,
                Some(class) => self.right += u64::from(before(output, class) < self.k),
            }
        }
    }

    fn value(&self) -> f64 {
        self.right as f64 / self.total as f64
    }
}

/// How many classes are answered before `class`: those with a greater output, or an equal one and a lower index.
fn before(output: &[f32], class: usize) -> usize {
    let own = output[class];
    if output.iter().any(|x| x.is_nan()) {
        return usize::MAX;
    }
    let is_before = |&(i, &x): &(usize, &f32)| x > own || (x == own && i < class);
    output.iter().enumerate().filter(is_before).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a metric fed in two batches.
    fn value<O, T>(mut metric: impl Metric<O, T>, outputs: &[O], targets: &[T]) -> f64 {
        let half = outputs.len() / 2;
        metric.update(&outputs[..half], &targets[..half]);
        metric.update(&outputs[half..], &targets[half..]);
        let value = metric.value();
        metric.reset();
        assert!(metric.value().is_nan());
        value
    }

    const OUTPUTS: [[f32; 3]; 4] = [[0.1, 0.7, 0.2], [0.4, 0.4, 0.2], [0.2, 0.3, 0.5], [0.6, 0.3, 0.1]];

    #[test]
    fn accuracy_is_the_share_of_right_answers() {
        assert_eq!(value(Accuracy::new(), &OUTPUTS, &[1_usize, 0, 2, 1]), 0.75);
        assert_eq!(value(Accuracy::new(), &OUTPUTS, &[1_u8, 1, 0, 1]), 0.25);
        let distributions = [[0.0, 0.9, 0.1], [1.0, 0.0, 0.0], [0.0; 3], [0.4, 0.4, 0.2]];
        assert_eq!(value(Accuracy::new(), &OUTPUTS, &distributions), 0.75);
    }

    #[test]
    fn a_single_output_has_two_classes() {
        let outputs = [[0.9], [0.2], [0.6], [0.5]];
        assert_eq!(value(Accuracy::new(), &outputs, &[true, false, false, false]), 0.75);
        assert_eq!(value(Accuracy::new(), &outputs, &[[1.0], [1.0], [1.0], [0.0]]), 0.75);
        assert_eq!(value(Accuracy::new(), &outputs, &[1_usize, 1, 1, 1]), 0.5);
        assert_eq!(value(Accuracy::with_threshold(0.0), &outputs, &[1_u8, 1, 1, 1]), 1.0);
    }

    #[test]
    fn bad_targets_and_nan_are_wrong() {
        let mut accuracy = Accuracy::new();
        let outputs = [[0.0, 1.0], [f32::NAN, 1.0], [f32::NAN; 2], [0.0, 1.0]];
        accuracy.update(&outputs, &[1_usize, 1, 2, usize::MAX]);
        let value = Metric::<[f32; 2], usize>::value(&accuracy);
        assert_eq!((value, accuracy.invalid()), (0.25, 2));
        let mut top = TopK::new(2);
        top.update(&outputs, &[1_usize, 1, 2, usize::MAX]);
        let value = Metric::<[f32; 2], usize>::value(&top);
        assert_eq!((value, top.invalid()), (0.25, 2));
    }

    #[test]
    fn top_k_looks_at_the_k_greatest() {
        let targets = [2_usize, 1, 0, 2];
        assert_eq!(value(TopK::new(1), &OUTPUTS, &targets), 0.0);
        assert_eq!(value(TopK::new(2), &OUTPUTS, &targets), 0.5);
        assert_eq!(value(TopK::new(3), &OUTPUTS, &targets), 1.0);
        assert_eq!(Metric::<[f32; 3], u8>::name(&TopK::new(5)), "top-5 accuracy");
    }
    #[test]
    #[should_panic = "k is at least 1"]
    fn top_0_is_refused() {
        let _ = TopK::new(0);
    }

    #[test]
    #[should_panic = "top-4 accuracy of 3 outputs"]
    fn more_than_all_outputs_are_refused() {
        TopK::new(4).update(&OUTPUTS, &[0_usize; 4]);
    }

    const LABELS: [[f32; 3]; 4] = [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]];

    #[test]
    fn labels_count_by_themselves() {
        let outputs = [[0.9, 0.4, 0.1], [0.2, 0.3, 0.8], [0.6, 0.7, 0.2], [0.1, 0.9, 0.3]];
        assert_eq!(value(Accuracy::per_label(0.5), &outputs, &LABELS), 0.75);
        let mut accuracy = Accuracy::new();
        accuracy.prepare(Outputs::Labels { logits: false }, &LABELS).unwrap();
        assert_eq!(Metric::<[f32; 3], [f32; 3]>::name(&accuracy), "label accuracy");
        assert_eq!(value(accuracy, &outputs, &LABELS), 0.75);
        let mut accuracy = Accuracy::new();
        accuracy.prepare(Outputs::Labels { logits: true }, &LABELS).unwrap();
        assert_eq!(value(accuracy, &outputs.map(|y| y.map(|y| y - 0.5)), &LABELS), 0.75);
        let mut accuracy = Accuracy::per_label(0.5);
        accuracy.update(&[[f32::NAN, 0.9], [0.9, 0.9]], &[[0.0, 1.0], [2.0, 1.0]]);
        assert_eq!((Metric::<[f32; 2], [f32; 2]>::value(&accuracy), accuracy.invalid()), (0.25, 1));
    }

    #[test]
    fn labels_are_no_classes() {
        let error = Accuracy::new().prepare(Outputs::Values, &LABELS).unwrap_err();
        assert_eq!(error, MetricError::NoClass { metric: "accuracy".into(), sample: 0 });
        for outputs in [Outputs::Values, Outputs::Labels { logits: true }] {
            let error = TopK::new(2).prepare(outputs, &LABELS).unwrap_err();
            assert_eq!(error, MetricError::NoClass { metric: "top-2 accuracy".into(), sample: 0 });
            let error = Metric::<[f32; 3], usize>::prepare(&mut TopK::new(4), outputs, &[0]).unwrap_err();
            assert_eq!(error.to_string(), "`top-4 accuracy` of 3 classes, of which at most 3 can be counted");
        }
        let classes = [0_usize, 1];
        let error =
            Metric::<[f32; 3], _>::prepare(&mut Accuracy::per_label(0.5), Outputs::Values, &classes).unwrap_err();
        assert_eq!(error, MetricError::NoLabels { metric: "label accuracy".into(), sample: 0 });
        assert!(Accuracy::new().prepare(Outputs::Values, &[[1.0], [-1.0]]).is_err());
        assert!(Accuracy::new().prepare(Outputs::Values, &[[1.0], [0.0]]).is_ok());
    }

    #[test]
    #[should_panic = "a threshold is finite"]
    fn a_threshold_that_decides_nothing_is_refused() {
        let _ = Accuracy::per_label(f32::NAN);
    }

    #[test]
    fn a_threshold_that_is_chosen_stays() {
        let mut accuracy = Accuracy::with_threshold(0.7);
        accuracy.prepare(Outputs::Labels { logits: true }, &[[1.0]; 4]).unwrap();
        assert_eq!(value(accuracy, &[[0.6], [0.8], [0.5], [0.9]], &[[1.0]; 4]), 0.5);
    }
}
