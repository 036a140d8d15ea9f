//! Networks into files and out of them.

use std::path::Path;

use super::{Weights, WeightsError};
use crate::network::Network;

/// What every [`Network`] can do where there are files: be saved and loaded.
///
/// It is implemented for all networks and for nothing else; the prelude has it.
pub trait NetworkFiles: Network {
    /// Saves the parameters to a file: npz if its name ends so, else safetensors. It is written beside `path` and then
    /// renamed, so that there is never half a file.
    ///
    /// # Errors
    ///
    /// When a parameter is not finite, when the file cannot be written, and when the feature for its format, `npz` or `safetensors`, is off.
    fn save(&self, path: impl AsRef<Path>) -> Result<(), WeightsError>;

    /// Loads all parameters from a safetensors or npz file whose tensors have the names, shapes and type of this network;
    /// [`Weights`] is for files that differ.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is damaged, and when it does not fit: one error lists all tensors that are missing,
    /// not expected, or of another shape or type. The network is then unchanged.
    fn load(&mut self, path: impl AsRef<Path>) -> Result<(), WeightsError>;

    /// Writes the network as an ONNX file, which ONNX Runtime and others run: its input is called `input`, its output
    /// `output`, and the first dimension of both is a batch of any size. Sequences of up to a length come with their `lengths`; an
    /// `EncoderDecoder` takes `source`, `source_lengths`, `target` and `target_lengths`. Tokens and lengths are whole numbers of
    /// 64 bits. The operators are those of opset [`OPSET`](crate::layer::graph::OPSET). More is in [`onnx`](super::onnx).
    ///
    /// # Errors
    ///
    /// When a parameter is not finite, when a custom layer or activation has no [`export`](crate::Layer::export), and when the file cannot
    /// be written.
    #[cfg(feature = "onnx")]
    fn save_onnx(&self, path: impl AsRef<Path>) -> Result<(), super::OnnxError>;
}

#[diagnostic::do_not_recommend]
impl<N: Network> NetworkFiles for N {
    fn save(&self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        Weights::of(self).write(path.as_ref())
    }

    fn load(&mut self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        Weights::read(path)?.load(self)
    }

    #[cfg(feature = "onnx")]
    fn save_onnx(&self, path: impl AsRef<Path>) -> Result<(), super::OnnxError> {
        super::onnx::write(self, path.as_ref())
    }
}
