//! What a batch must be, and the error of one that is not.

use core::mem::size_of;

use crate::layer::InputError;
use crate::network::Network;
use crate::shape::{Shape, finite};
use crate::train::loss::TargetError;

/// A batch that cannot be trained on.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// No samples.
    #[error("an empty batch; at least 1 sample is expected")]
    Empty,
    /// Not as many targets as inputs.
    #[error("{inputs} inputs but {targets} targets; as many of both are expected")]
    Lengths {
        /// the number of inputs
        inputs: usize,
        /// the number of targets
        targets: usize,
    },
    /// More samples than fit.
    #[error("a batch of {samples} samples in a workspace with room for {capacity}")]
    Capacity {
        /// the number of samples
        samples: usize,
        /// the capacity `B` of the workspace
        capacity: usize,
    },
    /// A batch that leaves a `BatchNorm` a single number of each channel, which has no variance.
    #[error(
        "a batch of {samples}, which leaves a `BatchNorm` a single number of each channel, without a variance; \
         take larger batches, `LayerNorm`, or freeze the `BatchNorm`"
    )]
    TooFew {
        /// the number of samples
        samples: usize,
    },
    /// An input that the network cannot process.
    #[error("sample {sample} of the batch: {error}")]
    Input {
        /// the position in the batch, from 0
        sample: usize,
        /// what is wrong with it
        #[source]
        error: InputError,
    },
    /// A target that is not one of the loss.
    #[error("sample {sample} of the batch: {error}")]
    Target {
        /// the position in the batch, from 0
        sample: usize,
        /// what is wrong with its target
        #[source]
        error: TargetError,
    },
    /// A loss that is NaN or infinite, of inputs and targets that are finite;
    /// [`Workspace::first_not_finite`](crate::Workspace::first_not_finite) names the layer.
    #[error("the loss of the batch is {loss}; a smaller learning rate or `clip_norm` may help")]
    Loss {
        /// the mean loss
        loss: f32,
    },
    /// A gradient that is not finite, or too long to make a step of.
    #[error(
        "the gradient of the batch is {value} for parameter {parameter} of the network; \
         a smaller learning rate or `clip_norm` may help"
    )]
    Gradient {
        /// the position of the parameter among those of the network, from 0
        parameter: usize,
        /// its derivative, summed over the samples: the first that is not finite, or the largest
        value: f32,
    },
}

impl BatchError {
    pub(super) fn of_sample((sample, error): (usize, TargetError)) -> BatchError {
        BatchError::Target { sample, error }
    }
}

pub(super) fn check_batch(inputs: usize, targets: usize, capacity: usize) -> Result<(), BatchError> {
    if inputs != targets {
        Err(BatchError::Lengths { inputs, targets })
    } else if inputs == 0 {
        Err(BatchError::Empty)
    } else if inputs > capacity {
        Err(BatchError::Capacity { samples: inputs, capacity })
    } else {
        Ok(())
    }
}

pub(super) fn check_inputs<N: Network>(inputs: &[N::Input]) -> Result<(), BatchError> {
    for (sample, input) in inputs.iter().enumerate() {
        N::check_input(input).map_err(|error| BatchError::Input { sample, error })?;
    }
    Ok(())
}

/// Whether a look at each input takes less than a hundredth of a step, or none of their numbers need reach the gradient.
pub(super) const fn looks_at_inputs<N: Network>() -> bool {
    N::MACS / 256 >= (size_of::<N::Input>() / size_of::<f32>()) as u64 || !N::REACHES_INPUT
}

/// The error of the first input that is not finite, if one is.
#[inline(never)]
pub(super) fn not_finite_input<N: Network>(inputs: &[N::Input]) -> Option<BatchError> {
    if finite(inputs) {
        return None;
    }
    let sample = inputs.iter().position(|input| !input.is_finite())?;
    Some(BatchError::Input { sample, error: InputError::NotFinite })
}
