//! What a check of gradients finds.

use alloc::string::String;

use crate::layer::InputError;
use crate::train::BatchError;

/// What a check of gradients found to be wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GradientError {
    /// A derivative of the backward pass is not the slope of the forward pass.
    #[error("{of}: the derivative by {by} is {given} where finite differences measure {measured}")]
    Derivative {
        /// which layer, with which seed, batch and end
        of: String,
        /// the parameter or the input: `weight[3]`, `input 2 of sample 0`
        by: String,
        /// what the backward pass gives
        given: f64,
        /// what is measured of the forward pass
        measured: f64,
    },
    /// The derivatives are each within their tolerance, but off by too much on the whole.
    #[error("{of}: the derivatives are off by {off} in the root mean square of {size}")]
    Mean {
        /// which layer, with which seed, batch and end
        of: String,
        /// the root mean square of the differences
        off: f64,
        /// the root mean square of the derivatives
        size: f64,
    },
    /// The backward pass gives other derivatives by the parameters when those by the inputs are not asked for.
    #[error("{of}: the derivative by {by} is another one when those by the inputs are not asked for")]
    WithoutInputs {
        /// which layer, with which seed, batch and end
        of: String,
        /// the parameter
        by: String,
    },
    /// A second backward pass does not add to the gradient.
    #[error(
        "{of}: two backward passes do not add up: the derivative by {by} is {twice} after both and {once} after one"
    )]
    NotAdded {
        /// which layer, with which seed, batch and end
        of: String,
        /// the parameter
        by: String,
        /// after two passes
        twice: f32,
        /// after one
        once: f32,
    },
    /// `GradientOf::pairs` does not visit as many parameters as `GradientOf::TRAINED` says.
    #[error("{layer}: `pairs` visits {visited} trained parameters where `TRAINED` is {stated}")]
    Trained {
        /// the layer
        layer: &'static str,
        /// how many parameters `pairs` visits
        visited: usize,
        /// `TRAINED`
        stated: usize,
    },
    /// An output is not finite. Behind the ends of the sequences that go in there is NaN, which a layer must not look at.
    #[error("{of}: an output is not finite (behind the end of each sequence that goes in there is NaN)")]
    NotFinite {
        /// which layer, with which seed, batch and end
        of: String,
    },
    /// Too many numbers are so near to a kink that they have no slope that can be measured.
    #[error("{layer}: {left_out} of {of} derivatives cannot be measured: the forward pass is not smooth there")]
    NotSmooth {
        /// the layer
        layer: &'static str,
        /// how many cannot be measured
        left_out: usize,
        /// of how many
        of: usize,
    },
    /// No drawn input is one that the layer takes.
    #[error("{layer}: no drawn input is taken: {error}")]
    Input {
        /// the layer
        layer: &'static str,
        /// what the layer says of the last of them
        #[source]
        error: InputError,
    },
    /// The training step that computes a loss fails.
    #[error("{of}: {error}")]
    Batch {
        /// which network and loss, with which seed and batch
        of: String,
        /// what is wrong with the batch
        #[source]
        error: BatchError,
    },
}
