//! What a caller says of an ONNX file that the file leaves open.

use super::read;
use crate::io::{Weights, WeightsError};

/// How an ONNX file is read, where it has sizes that are not fixed, or several outputs.
///
/// ```no_run
/// use congruent::io::onnx::Import;
///
/// let bytes = std::fs::read("model.onnx")?;
/// let import = Import::new().input(&[3, 224, 224]).output("logits");
/// println!("{}", import.declare(&bytes)?); // the `network!`
/// let weights = import.weights(&bytes)?; // its weights, for `load`
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Import {
    pub(super) input: Option<Vec<usize>>,
    pub(super) output: Option<String>,
}

impl Import {
    /// As the file has it.
    pub fn new() -> Self {
        Import::default()
    }

    /// The shape of the input, without the batch. Sizes that are fixed in the file must be the same.
    pub fn input(mut self, shape: &[usize]) -> Self {
        self.input = Some(shape.to_vec());
        self
    }

    /// The value that the network gives: one of several outputs, or any value between two operators. What leads to others alone is not
    /// read.
    pub fn output(mut self, name: impl Into<String>) -> Self {
        self.output = Some(name.into());
        self
    }

    /// The declaration, as [`declare`](super::declare) writes it.
    ///
    /// # Errors
    ///
    /// As [`declare`](super::declare), and when the shape or the name is none of the file.
    pub fn declare(&self, bytes: &[u8]) -> Result<String, WeightsError> {
        read::declare(bytes, self).map_err(|what| WeightsError::damaged("the file", what))
    }

    /// The weights, by the names of the fields that [`declare`](Import::declare) gives its layers.
    ///
    /// # Errors
    ///
    /// As [`declare`](Import::declare).
    pub fn weights(&self, bytes: &[u8]) -> Result<Weights, WeightsError> {
        Weights::import_onnx(bytes, self)
    }
}
