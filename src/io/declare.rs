//! From a file of weights to the `network!` that fits it.
//!
//! | file | what |
//! |---|---|
//! | `of_weights` | what is written of tensors |
//! | `layer` | the layer that has such tensors |
//! | `order` | in which order layers fit together |
//!
//! An ONNX file is read in `onnx/read`.

mod layer;
mod of_weights;
mod order;

use std::path::Path;

use of_weights::of_weights;

use super::open::opened;
use super::{Weights, WeightsError};

/// The declaration of a network whose tensors are those of a safetensors or npz file, or which computes what an ONNX file
/// does (with the feature `onnx`).
///
/// Weights alone do not determine the activations, nor layers without weights, such as pools, nor the order of layers whose names have no
/// numbers and whose sizes fit in several ways; the text notes that, and has `_` for what is to be filled in. An ONNX file has all, as
/// long as it is made of layers that there are here; [`load`](crate::NetworkFiles::load) then takes the weights from it.
///
/// # Errors
///
/// When the file cannot be read, is damaged, or holds what no layer here has.
pub fn declare(path: impl AsRef<Path>) -> Result<String, WeightsError> {
    let (file, bytes, format) = opened(path.as_ref())?;
    #[cfg(feature = "onnx")]
    if format == super::Format::Onnx {
        return super::onnx::declare(&bytes).map_err(|error| error.of_file(file));
    }
    of_weights(&Weights::of_format(file.clone(), bytes, format)?).map_err(|what| WeightsError::damaged(&file, what))
}
