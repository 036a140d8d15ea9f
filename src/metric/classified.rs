//! How often the right class is answered.

use super::{
    ClassOf, Metric,
    class::{classes, predicted},
};

/// The share of samples whose class is answered rightly: that of the greatest output, the first one of equals.
///
/// A single output answers class 1 where it is above a threshold. An output that holds NaN is wrong, and so is a sample whose
/// target names no class; [`invalid`](Self::invalid) counts the latter.
#[derive(Clone, Debug, PartialEq)]
pub struct Accuracy {
    threshold: f32,
    right: u64,
    total: u64,
    invalid: u64,
}

impl Accuracy {
    /// Accuracy with a threshold of 0.5, which suits a sigmoid or a softmax head.
    pub const fn new() -> Self {
        Accuracy::with_threshold(0.5)
    }

    /// Accuracy with a threshold for a single output; logits want 0.
    pub const fn with_threshold(threshold: f32) -> Self {
        Accuracy { threshold, right: 0, total: 0, invalid: 0 }
    }

    /// How many samples had a target that names no class.
    pub fn invalid(&self) -> u64 {
        self.invalid
    }
}

impl Default for Accuracy {
    fn default() -> Self {
        Accuracy::new()
    }
}

impl<const N: usize, T: ClassOf<N>> Metric<[f32; N], T> for Accuracy {
    fn name(&self) -> &str {
        "accuracy"
    }

    fn reset(&mut self) {
        *self = Accuracy::with_threshold(self.threshold);
    }

    fn update(&mut self, outputs: &[[f32; N]], targets: &[T]) {
        for (output, target) in outputs.iter().zip(targets) {
            self.total += 1;
            match target.class() {
                None => self.invalid += 1,
                class => self.right += u64::from(class == predicted(output, self.threshold)),
            }
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
    /// Counts a class as right among the `k` greatest outputs.
    pub fn new(k: usize) -> Self {
        TopK { name: format!("top-{k} accuracy"), k, right: 0, total: 0, invalid: 0 }
    }

    /// How many samples had a target that names no class.
    pub fn invalid(&self) -> u64 {
        self.invalid
    }
}

impl<const N: usize, T: ClassOf<N>> Metric<[f32; N], T> for TopK {
    fn name(&self) -> &str {
        &self.name
    }

    fn reset(&mut self) {
        (self.right, self.total, self.invalid) = (0, 0, 0);
    }

    fn update(&mut self, outputs: &[[f32; N]], targets: &[T]) {
        const { assert!(classes(N) == N, "top-k accuracy needs an output for each of 2 classes or more") };
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
        let distributions = [[0.0, 0.9, 0.1], [1.0, 0.0, 0.0], [0.0; 3], [0.0; 3]];
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
        assert_eq!(value(TopK::new(usize::MAX), &OUTPUTS, &targets), 1.0);
        assert_eq!(Metric::<[f32; 3], u8>::name(&TopK::new(5)), "top-5 accuracy");
    }
}
