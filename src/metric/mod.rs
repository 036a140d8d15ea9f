//! Metrics: how good a network's answers are, in numbers a person can read.
//!
//! A metric is fed batches of outputs and targets and asked for its value once an epoch.
//!
//! | for | metric | better is |
//! | --- | --- | --- |
//! | sequences of classes | [`Accuracy`], [`ExactMatch`] | higher |
//! | classes | [`Accuracy`], [`TopK`], [`ConfusionMatrix`] | higher |
//! | numbers | [`R2`] | higher |
//! | numbers | [`MeanAbsoluteError`], [`RootMeanSquaredError`] | lower |
//! | texts | [`Rouge`] | higher |

mod class;
mod classified;
mod confusion;
mod exact;
mod numbers;
mod rouge;
mod sequences;

pub use class::ClassOf;
pub use classified::{Accuracy, TopK};
pub use confusion::{Average, ConfusionMatrix, Score};
pub use exact::ExactMatch;
pub use numbers::{MeanAbsoluteError, R2, RootMeanSquaredError};
pub use rouge::{Rouge, RougeScore};

/// A number that says how good outputs are, gathered over batches.
pub trait Metric<Output, Target> {
    /// What the number is called in progress and history.
    fn name(&self) -> &str;

    /// Forgets all batches.
    fn reset(&mut self);

    /// Takes in a batch: `outputs[i]` is the network's answer where `targets[i]` was wanted. Where one slice is longer, what it
    /// has more is left out.
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

/// `part / whole`, or 0 where the whole is 0.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
