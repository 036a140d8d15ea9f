//! Metrics: how good a network's answers are, in numbers a person can read.
//!
//! A metric is given batches of outputs and targets, and asked for its value once an epoch.
//!
//! # What outputs mean
//!
//! A network trained with [`BinaryCrossEntropy`](crate::BinaryCrossEntropy) may end in logits, where above 0 is a yes, or in a
//! [`Sigmoid`](crate::Sigmoid), where above 0.5 is one. [`Fit`](crate::train::fit::Fit) knows its network's head and its loss, and
//! tells its metrics ([`Metric::prepare`]). Without `Fit`, [`Accuracy::with_threshold`], [`ConfusionMatrix::threshold`] and
//! [`ExactMatch::with_threshold`] do.
//!
//! | for | metric | better is |
//! | --- | --- | --- |
//! | sequences of classes | [`Accuracy`], [`ExactMatch`] | higher |
//! | classes | [`Accuracy`], [`TopK`], [`ConfusionMatrix`] | higher |
//! | several labels at once | [`Accuracy::per_label`] | higher |
//! | objects in images | [`AveragePrecision`] | higher |
//! | numbers | [`R2`] | higher |
//! | numbers | [`MeanAbsoluteError`], [`RootMeanSquaredError`] | lower |
//! | texts | [`Rouge`] | higher |
//! | one of several outputs | [`OfOutput`] with any of these | as it |

/// The metric without settings for those who leave its `new` out, as a loss without settings is a value by its name.
macro_rules! value_by_name {
    ($Metric:ident) => {
        #[allow(non_upper_case_globals)]
        #[doc(hidden)]
        pub const $Metric: $Metric = $Metric::new();
    };
}
use value_by_name;

mod average_precision;
mod class;
mod classified;
mod confusion;
mod exact;
mod numbers;
mod of_output;
mod rouge;
mod sequences;

use crate::train::loss::Outputs;

pub use average_precision::AveragePrecision;
pub use class::ClassOf;
pub use classified::{Accuracy, TopK};
pub use confusion::{Average, ClassificationScore, ConfusionMatrix};
pub use exact::ExactMatch;
pub use numbers::{MeanAbsoluteError, R2, RootMeanSquaredError};
pub use of_output::OfOutput;
pub use rouge::{Rouge, RougeScore};

/// A number that says how good outputs are, gathered over batches.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot compare an output of `{Output}` with a target of `{Target}`",
    label = "no metric of `{Output}` and `{Target}`",
    note = "`ConfusionMatrix<N>` takes outputs of `N` numbers, `ConfusionMatrix<2>` also a single one",
    note = "`Accuracy`, `TopK` and `ConfusionMatrix` take a class index (`usize`, `u8`, ...; others by `as usize`) or a distribution of the output's size"
)]
pub trait Metric<Output, Target> {
    /// What the number is called in progress and history.
    fn name(&self) -> &str;

    /// Forgets all batches.
    fn reset(&mut self);

    /// Prepares for outputs of this meaning, and for these targets. `Fit` calls it once for each data set before it trains.
    ///
    /// # Errors
    ///
    /// When the metric of such outputs, or of one of these targets, would have no meaning.
    fn prepare(&mut self, _outputs: Outputs, _targets: &[Target]) -> Result<(), MetricError> {
        Ok(())
    }

    /// Adds a batch: `outputs[i]` is the network's answer where `targets[i]` is right. If one slice is longer, the rest of it is
    /// ignored.
    fn update(&mut self, outputs: &[Output], targets: &[Target]);

    /// The value over all batches since the last reset, NaN where there was none.
    fn value(&self) -> f64;

    /// The value over these samples alone.
    fn measure(&mut self, outputs: &[Output], targets: &[Target]) -> f64 {
        self.reset();
        self.update(outputs, targets);
        self.value()
    }

    /// Whether a higher value is a better one.
    fn higher_is_better(&self) -> bool {
        true
    }
}

/// Why a metric would have no meaning.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricError {
    /// A target names no class, or several.
    #[error(
        "`{metric}` takes one class for each sample, but the target of sample {sample} names none or several; a class is an \
         index, a distribution, or 0 or 1 for a single output; for several labels at once there is `Accuracy::per_label`"
    )]
    NoClass {
        /// The metric's name.
        metric: String,
        /// The position in the data set, counted from 0.
        sample: usize,
    },
    /// A target has no labels.
    #[error("`{metric}` takes a 0 or 1 for each output, but the target of sample {sample} is a class")]
    NoLabels {
        /// The metric's name.
        metric: String,
        /// The position in the data set, counted from 0.
        sample: usize,
    },
    /// More classes are counted as right than there are.
    #[error("`{metric}` of {classes} classes, of which at most {classes} can be counted")]
    TooMany {
        /// The metric's name.
        metric: String,
        /// The number of outputs.
        classes: usize,
    },
    /// Numbers are compared with outputs that are logits.
    #[error("`{metric}` compares outputs with targets, but the outputs are logits; end the network in `{head}`")]
    Logits {
        /// The metric's name.
        metric: String,
        /// The activation that would make probabilities of them.
        head: &'static str,
    },
}

impl MetricError {
    /// The same of a step of this sample.
    fn of_sample(self, position: usize) -> MetricError {
        match self {
            MetricError::NoClass { metric, .. } => MetricError::NoClass { metric, sample: position },
            MetricError::NoLabels { metric, .. } => MetricError::NoLabels { metric, sample: position },
            other => other,
        }
    }
}

/// `part / whole`, or 0 where the whole is 0.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
