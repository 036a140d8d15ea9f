//! Which class is taken for which.

use core::fmt;

use super::{
    ClassOf, Metric, MetricError,
    class::{Reading, check_classes, predicted},
    ratio,
};
use crate::train::loss::Outputs;

/// Counts of how often each of `N` classes was answered as which, and what follows from them: precision, recall and F1.
///
/// A single output (`[f32; 1]`) has two classes, so that its matrix is a `ConfusionMatrix<2>`; class 1 is answered above a
/// [`threshold`](Self::threshold). A quotient whose divisor is 0 is 0.
/// A sample whose output holds NaN has no answer: it counts against accuracy and its class's recall. A sample whose target names
/// no class counts against accuracy only, and in [`invalid`](Self::invalid).
///
/// ```
/// # use congruent::metric::{ConfusionMatrix, Metric};
/// let mut matrix = ConfusionMatrix::<2>::new().labels(["cat", "dog"]);
/// matrix.update(&[[0.9, 0.1], [0.3, 0.7], [0.8, 0.2]], &[0_usize, 1, 1]);
/// assert_eq!(matrix.recall(1), 0.5);
/// assert_eq!(
///     matrix.to_string(),
///     "target ↓  cat  dog
///      cat    1    0
///      dog    1    1
/// "
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ConfusionMatrix<const N: usize> {
    labels: Vec<String>,
    score: ClassificationScore,
    name: String,
    reading: Reading,
    /// `counts[target * N + answer]`.
    counts: Vec<u64>,
    /// For each target, how many samples had no answer.
    unanswered: Vec<u64>,
    invalid: u64,
}

/// How the values of classes become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Average {
    /// Each class that occurs, as target or as answer, counts the same.
    Macro,
    /// Each class counts as often as it is a target.
    Weighted,
}

/// Which value of a confusion matrix is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClassificationScore {
    /// The share of right answers.
    Accuracy,
    /// Of the answers that name a class, the share that is right.
    Precision(Average),
    /// Of the targets of a class, the share that is answered rightly.
    Recall(Average),
    /// The harmonic mean of precision and recall.
    F1(Average),
}

impl ClassificationScore {
    fn name(self) -> String {
        let (average, what) = match self {
            ClassificationScore::Accuracy => return "accuracy".into(),
            ClassificationScore::Precision(average) => (average, "precision"),
            ClassificationScore::Recall(average) => (average, "recall"),
            ClassificationScore::F1(average) => (average, "F1"),
        };
        let average = match average {
            Average::Macro => "macro",
            Average::Weighted => "weighted",
        };
        format!("{average} {what}")
    }
}

impl<const N: usize> ConfusionMatrix<N> {
    /// An empty matrix, with the classes' numbers as labels, that reports macro F1.
    pub fn new() -> Self {
        const { assert!(N > 1, "a confusion matrix has at least 2 classes (a single output has 2)") };
        let score = ClassificationScore::F1(Average::Macro);
        ConfusionMatrix {
            labels: (0..N).map(|class| class.to_string()).collect(),
            score,
            name: score.name(),
            reading: Reading::new(),
            counts: vec![0; N * N],
            unanswered: vec![0; N],
            invalid: 0,
        }
    }

    /// Names the classes in tables.
    pub fn labels(mut self, labels: [impl Into<String>; N]) -> Self {
        self.labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// Chooses what [`Metric::value`] reports.
    pub fn reporting(mut self, score: ClassificationScore) -> Self {
        (self.score, self.name) = (score, score.name());
        self
    }

    /// The threshold above which a single output answers class 1; without it 0.5, or 0 where [`Fit`](crate::train::fit::Fit) trains
    /// with [`BinaryCrossEntropy`](crate::BinaryCrossEntropy) on logits.
    ///
    /// # Panics
    ///
    /// When the threshold is not finite.
    #[track_caller]
    pub fn threshold(mut self, threshold: f32) -> Self {
        self.reading = Reading::at(threshold);
        self
    }

    /// How often `answer` was given where `target` was wanted; 0 for classes that do not exist.
    pub fn count(&self, target: usize, answer: usize) -> u64 {
        if target < N && answer < N { self.counts[target * N + answer] } else { 0 }
    }

    /// How often `class` was the target.
    pub fn support(&self, class: usize) -> u64 {
        let answered: u64 = (0..N).map(|answer| self.count(class, answer)).sum();
        answered + self.unanswered.get(class).copied().unwrap_or_default()
    }

    /// The number of samples whose target names no class.
    pub fn invalid(&self) -> u64 {
        self.invalid
    }

    /// The number of samples without an answer, because their output holds NaN.
    pub fn unanswered(&self) -> u64 {
        self.unanswered.iter().sum()
    }

    /// The share of right answers among all samples.
    pub fn accuracy(&self) -> f64 {
        let right = (0..N).map(|class| self.count(class, class)).sum();
        ratio(right, self.total())
    }

    /// Of the answers that name `class`, the share that is right.
    pub fn precision(&self, class: usize) -> f64 {
        ratio(self.count(class, class), self.answers(class))
    }

    /// Of the targets of `class`, the share that is answered rightly.
    pub fn recall(&self, class: usize) -> f64 {
        ratio(self.count(class, class), self.support(class))
    }

    /// The harmonic mean of precision and recall of `class`: `2 · right / (answers + targets)`.
    pub fn f1(&self, class: usize) -> f64 {
        let all = self.answers(class) + self.support(class);
        ratio(2 * self.count(class, class), all)
    }

    /// One value for all classes.
    pub fn score(&self, score: ClassificationScore) -> f64 {
        match score {
            ClassificationScore::Accuracy => self.accuracy(),
            ClassificationScore::Precision(average) => self.average(average, |class| self.precision(class)),
            ClassificationScore::Recall(average) => self.average(average, |class| self.recall(class)),
            ClassificationScore::F1(average) => self.average(average, |class| self.f1(class)),
        }
    }

    /// A table of precision, recall, F1 and support of each class, with their averages below.
    pub fn report(&self) -> String {
        let labels = self.labels.iter().map(String::as_str);
        let width = labels.chain(["weighted"]).map(columns).max().unwrap_or(0);
        let mut table = format!("{}  precision  recall     F1  support\n", pad("", width));
        let mut line = |label: &str, [precision, recall, f1]: [f64; 3], support| {
            let label = pad(label, width);
            table += &format!("{label}  {precision:9.3}  {recall:6.3}  {f1:5.3}  {support:7}\n");
        };
        for (class, label) in self.labels.iter().enumerate() {
            let values = [self.precision(class), self.recall(class), self.f1(class)];
            line(label, values, self.support(class));
        }
        let total = (0..N).map(|class| self.support(class)).sum();
        for (label, average) in [("macro", Average::Macro), ("weighted", Average::Weighted)] {
            let scores = [
                ClassificationScore::Precision(average),
                ClassificationScore::Recall(average),
                ClassificationScore::F1(average),
            ];
            line(label, scores.map(|score| self.score(score)), total);
        }
        table
    }

    /// How often `class` was answered, where the target named a class.
    fn answers(&self, class: usize) -> u64 {
        (0..N).map(|target| self.count(target, class)).sum()
    }

    fn total(&self) -> u64 {
        self.counts.iter().sum::<u64>() + self.unanswered() + self.invalid
    }

    fn average(&self, average: Average, value: impl Fn(usize) -> f64) -> f64 {
        let weight = |class| match average {
            Average::Weighted => self.support(class) as f64,
            Average::Macro => f64::from(u8::from(self.answers(class) + self.support(class) > 0)),
        };
        let weights: f64 = (0..N).map(weight).sum();
        if weights == 0.0 {
            return 0.0;
        }
        (0..N).map(|class| weight(class) * value(class)).sum::<f64>() / weights
    }

    fn clear(&mut self) {
        self.counts.fill(0);
        self.unanswered.fill(0);
        self.invalid = 0;
    }

    fn add(&mut self, target: Option<usize>, answer: Option<usize>) {
        match (target, answer) {
            (None, _) => self.invalid += 1,
            (Some(target), None) => self.unanswered[target] += 1,
            (Some(target), Some(answer)) => self.counts[target * N + answer] += 1,
        }
    }

    fn value_or_nan(&self) -> f64 {
        if self.total() == 0 {
            return f64::NAN;
        }
        self.score(self.score)
    }
}

impl<const N: usize> Default for ConfusionMatrix<N> {
    fn default() -> Self {
        ConfusionMatrix::new()
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, T: ClassOf<N>> Metric<[f32; N], T> for ConfusionMatrix<N> {
    fn name(&self) -> &str {
        &self.name
    }

    fn reset(&mut self) {
        self.clear();
    }

    fn prepare(&mut self, outputs: Outputs, targets: &[T]) -> Result<(), MetricError> {
        self.reading.prepare(outputs, targets);
        check_classes(&self.name, outputs, targets)
    }

    fn update(&mut self, outputs: &[[f32; N]], targets: &[T]) {
        for (output, target) in outputs.iter().zip(targets) {
            self.add(target.class(), predicted(output, self.reading.threshold));
        }
    }

    fn value(&self) -> f64 {
        self.value_or_nan()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ClassOf<1>> Metric<[f32; 1], T> for ConfusionMatrix<2> {
    fn name(&self) -> &str {
        &self.name
    }

    fn reset(&mut self) {
        self.clear();
    }

    fn prepare(&mut self, outputs: Outputs, targets: &[T]) -> Result<(), MetricError> {
        self.reading.prepare(outputs, targets);
        check_classes(&self.name, outputs, targets)
    }

    fn update(&mut self, outputs: &[[f32; 1]], targets: &[T]) {
        for (output, target) in outputs.iter().zip(targets) {
            self.add(target.class(), predicted(output, self.reading.threshold));
        }
    }

    fn value(&self) -> f64 {
        self.value_or_nan()
    }
}

/// The counts as a table: a row for each target, a column for each answer.
impl<const N: usize> fmt::Display for ConfusionMatrix<N> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        const CORNER: &str = "target ↓";
        let mut labels = self.labels.clone();
        let without_answer = self.unanswered() > 0;
        if without_answer {
            labels.push("(NaN)".into());
        }
        let largest = self.counts.iter().chain(&self.unanswered).max();
        let digits = largest.copied().unwrap_or_default().to_string().len();
        let first = labels.iter().map(|label| columns(label)).max();
        let first = first.unwrap_or_default().max(columns(CORNER));
        let width = |label: &str| columns(label).max(digits);

        write!(f, "{}", pad(CORNER, first))?;
        for label in &labels {
            write!(f, "  {}", pad(label, width(label)))?;
        }
        writeln!(f)?;
        for (target, row) in self.labels.iter().enumerate() {
            write!(f, "{}", pad(row, first))?;
            for (answer, label) in labels.iter().enumerate() {
                let count = match self.labels.get(answer) {
                    Some(_) => self.count(target, answer),
                    None => self.unanswered[target],
                };
                write!(f, "  {count:0$}", width(label))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// How many characters a label has.
fn columns(label: &str) -> usize {
    label.chars().count()
}

/// A label at the right end of its column.
fn pad(label: &str, width: usize) -> String {
    format!("{label:>width$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGETS: [usize; 10] = [0, 0, 0, 0, 1, 1, 2, 2, 2, 3];
    const ANSWERS: [usize; 10] = [0, 0, 1, 2, 1, 1, 2, 2, 0, 0];

    fn certain<const N: usize>(class: usize) -> [f32; N] {
        core::array::from_fn(|i| if i == class { 1.0 } else { 0.0 })
    }

    fn example() -> ConfusionMatrix<5> {
        let mut matrix = ConfusionMatrix::new();
        let outputs = ANSWERS.map(certain::<5>);
        matrix.update(&outputs[..3], &TARGETS[..3]);
        matrix.update(&outputs[3..], &TARGETS[3..]);
        matrix
    }

    /// `scikit-learn` 1.9: `classification_report(TARGETS, ANSWERS, zero_division=0)`.
    #[test]
    fn values_are_those_of_scikit_learn() {
        let matrix = example();
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        let third = 1.0 / 3.0;
        for (class, precision, recall, f1, support) in [
            (0, 0.5, 0.5, 0.5, 4),
            (1, 2.0 * third, 1.0, 0.8, 2),
            (2, 2.0 * third, 2.0 * third, 2.0 * third, 3),
            (3, 0.0, 0.0, 0.0, 1),
            (4, 0.0, 0.0, 0.0, 0),
            (5, 0.0, 0.0, 0.0, 0),
        ] {
            close(matrix.precision(class), precision);
            close(matrix.recall(class), recall);
            close(matrix.f1(class), f1);
            assert_eq!(matrix.support(class), support);
        }
        close(matrix.score(ClassificationScore::Accuracy), 0.6);
        close(matrix.score(ClassificationScore::Precision(Average::Macro)), 0.458_333_333_333_333_3);
        close(matrix.score(ClassificationScore::Recall(Average::Macro)), 0.541_666_666_666_666_6);
        close(matrix.score(ClassificationScore::F1(Average::Macro)), 0.491_666_666_666_666_7);
        close(matrix.score(ClassificationScore::Precision(Average::Weighted)), 0.533_333_333_333_333_3);
        close(matrix.score(ClassificationScore::Recall(Average::Weighted)), 0.6);
        close(matrix.score(ClassificationScore::F1(Average::Weighted)), 0.56);
    }

    #[test]
    fn tables_line_up() {
        let mut matrix = example().labels(["zero", "one", "two", "3", "naïve"]);
        assert_eq!(
            matrix.to_string(),
            "\
target ↓  zero  one  two  3  naïve
    zero     2    1    1  0      0
     one     0    2    0  0      0
     two     1    0    2  0      0
       3     1    0    0  0      0
   naïve     0    0    0  0      0
"
        );
        assert_eq!(
            matrix.report(),
            "          precision  recall     F1  support
    zero      0.500   0.500  0.500        4
     one      0.667   1.000  0.800        2
     two      0.667   0.667  0.667        3
       3      0.000   0.000  0.000        1
   naïve      0.000   0.000  0.000        0
   macro      0.458   0.542  0.492       10
weighted      0.533   0.600  0.560       10
"
        );
        matrix.update(&[[f32::NAN; 5]; 120], &[3_usize; 120]);
        let table = matrix.to_string();
        assert!(table.contains("two    3  naïve  (NaN)\n"), "{table}");
        assert!(table.contains("0    0      0    120\n"), "{table}");
    }

    #[test]
    fn what_cannot_be_counted_is_wrong_and_told() {
        let mut matrix = ConfusionMatrix::<2>::new().reporting(ClassificationScore::Accuracy);
        let outputs = [[1.0, 0.0], [f32::NAN, 0.0], [1.0, 0.0], [0.0, 1.0]];
        matrix.update(&outputs, &[0_u8, 0, 2, 255]);
        assert_eq!((matrix.invalid(), matrix.unanswered()), (2, 1));
        assert_eq!(matrix.accuracy(), 0.25);
        assert_eq!((matrix.recall(0), matrix.precision(0)), (0.5, 1.0));
    }

    #[test]
    fn a_single_output_fills_two_classes() {
        let mut matrix = ConfusionMatrix::<2>::new();
        matrix.update(&[[0.9], [0.2], [0.7]], &[true, true, false]);
        matrix.update(&[[0.9]], &[1_u8]);
        assert_eq!(matrix.count(1, 1), 2);
        assert_eq!((matrix.count(1, 0), matrix.count(0, 1)), (1, 1));
    }

    #[test]
    fn a_single_logit_is_compared_with_0() {
        let (logits, targets) = ([[0.3], [-0.2], [2.0]], [true, false, true]);
        let f1 = |mut matrix: ConfusionMatrix<2>| matrix.measure(&logits, &targets);
        assert!(f1(ConfusionMatrix::new()) < 1.0);
        assert_eq!(f1(ConfusionMatrix::new().threshold(0.0)), 1.0);
        let mut matrix = ConfusionMatrix::<2>::new();
        Metric::<[f32; 1], bool>::prepare(&mut matrix, Outputs::Labels { logits: true }, &targets).unwrap();
        assert_eq!(f1(matrix), 1.0);
        let error = ConfusionMatrix::<2>::new().prepare(Outputs::Labels { logits: false }, &[[1.0, 1.0]]).unwrap_err();
        assert_eq!(error, MetricError::NoClass { metric: "macro F1".into(), sample: 0 });
    }

    #[test]
    fn the_reported_value_has_its_name() {
        type Answers = [f32; 5];
        let mut matrix = example();
        assert_eq!(Metric::<Answers, u8>::name(&matrix), "macro F1");
        matrix = matrix.reporting(ClassificationScore::Recall(Average::Weighted));
        assert_eq!(Metric::<Answers, u8>::name(&matrix), "weighted recall");
        assert_eq!(Metric::<Answers, u8>::value(&matrix), 0.6);
        Metric::<Answers, u8>::reset(&mut matrix);
        assert!(Metric::<Answers, u8>::value(&matrix).is_nan());
        assert_eq!(matrix.score(ClassificationScore::F1(Average::Weighted)), 0.0);
    }
}
