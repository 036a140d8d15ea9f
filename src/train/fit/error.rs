//! What stops a run of training.

use crate::data::DataError;
use crate::layer::InputError;
use crate::metric::MetricError;
use crate::train::BatchError;
use crate::train::history::History;
use crate::train::loss::TargetError;

/// Why training stopped early, and what was done before.
#[derive(Debug)]
#[non_exhaustive]
pub struct FitError {
    /// What happened.
    pub kind: FitErrorKind,
    /// The epochs that were over.
    pub history: Box<History>,
}

impl core::fmt::Display for FitError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.kind.fmt(f)
    }
}

impl core::error::Error for FitError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.kind.source()
    }
}

/// What stopped training.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FitErrorKind {
    /// An input that the network cannot process; all are looked at before the first step.
    #[error("sample {sample} of the {set} set: {error}")]
    Input {
        /// "training" or "validation"
        set: &'static str,
        /// the position in the data set, from 0
        sample: usize,
        /// what is wrong with it
        #[source]
        error: InputError,
    },
    /// A target that is not one of the loss.
    #[error("sample {sample} of the {set} set: {error}")]
    Target {
        /// "training" or "validation"
        set: &'static str,
        /// the position in the data set, from 0
        sample: usize,
        /// what is wrong with its target
        #[source]
        error: TargetError,
    },
    /// A metric that has no meaning for the network, its loss or the targets.
    #[error("{set} set: {error}")]
    Metric {
        /// "training" or "validation"
        set: &'static str,
        /// why it has none
        #[source]
        error: MetricError,
    },
    /// The loss or the gradient became NaN or infinite, or the gradient too long to make a step of.
    #[error(
        "the {what} became {value} in epoch {epoch}, batch {batch}; the first that was not finite is {place}; \
         a smaller learning rate or `clip_norm` may help"
    )]
    NotFinite {
        /// "loss", "gradient" or "network"
        what: &'static str,
        /// its value
        value: f32,
        /// counts from 1
        epoch: usize,
        /// counts from 1 in the epoch
        batch: usize,
        /// what was not finite first
        place: String,
    },
    /// A share for validation that leaves nothing.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A batch that cannot be trained on.
    #[error(transparent)]
    Batch(BatchError),
    /// A checkpoint that cannot be written or read, or is that of another run.
    #[error(transparent)]
    Weights(#[from] crate::io::WeightsError),
}

impl FitErrorKind {
    /// An error in a batch, in terms of the data set.
    pub(super) fn of_batch(error: BatchError, position: impl Fn(usize) -> usize, set: &'static str) -> FitErrorKind {
        match error {
            BatchError::Target { sample, error } => FitErrorKind::Target { set, sample: position(sample), error },
            BatchError::Input { sample, error } => FitErrorKind::Input { set, sample: position(sample), error },
            other => FitErrorKind::Batch(other),
        }
    }
}
