//! What can be wrong with a file of weights.

use core::fmt;
use std::io;

use super::Element;
use crate::shape::Dims;

/// A file of weights that could not be read, written or loaded.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file cannot be read.
    #[error("{file}: cannot be read: {cause}")]
    Read {
        /// The file.
        file: String,
        /// What the operating system says.
        cause: io::Error,
    },
    /// The file cannot be written.
    #[error("{file}: cannot be written: {cause}")]
    Write {
        /// The file.
        file: String,
        /// What the operating system says.
        cause: io::Error,
    },
    /// The file is damaged, or no file of weights at all.
    #[error("{file}: {what}")]
    Damaged {
        /// The file.
        file: String,
        /// What is wrong with it.
        what: String,
    },
    /// The file is sound, but its tensors are not those of the network.
    #[error("{file} does not fit the network:{mismatch}")]
    Mismatch {
        /// The file.
        file: String,
        /// All that does not fit.
        mismatch: Box<Mismatch>,
    },
}

impl WeightsError {
    pub(crate) fn damaged(file: &str, what: impl fmt::Display) -> WeightsError {
        WeightsError::Damaged { file: file.into(), what: what.to_string() }
    }

    /// The error, of the file of this name.
    #[cfg(feature = "onnx")]
    pub(crate) fn of_file(mut self, name: String) -> WeightsError {
        if let WeightsError::Damaged { file, .. } = &mut self {
            *file = name;
        }
        self
    }
}

/// What does not fit between the tensors of a file and those of a network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mismatch {
    /// Tensors of the network that the file has not.
    pub missing: Vec<(String, Dims)>,
    /// Tensors of the file that the network has not.
    pub unexpected: Vec<(String, Vec<usize>)>,
    /// Tensors that both have, in different shapes.
    pub shapes: Vec<OtherShape>,
    /// Tensors whose numbers are not `f32`.
    pub types: Vec<(String, Element)>,
    /// Tensors that hold NaN or infinity, with the position of the first among their numbers.
    pub not_finite: Vec<(String, usize)>,
}

/// A tensor whose shape in the file is not that in the network.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherShape {
    /// The tensor's name.
    pub name: String,
    /// Its shape in the network.
    pub network: Dims,
    /// Its shape in the file.
    pub file: Vec<usize>,
}

impl Mismatch {
    /// Whether all fits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Mismatch::default()
    }

    /// The module of the file that seems to be a module of the network under another name.
    fn renamed(&self) -> Option<(&str, &str)> {
        let (missing, dims) = self.missing.first()?;
        let (module, field) = missing.rsplit_once('.')?;
        let mut alike = self.unexpected.iter().filter_map(|(name, shape)| {
            let (other, of) = name.rsplit_once('.')?;
            (of == field && shape.as_slice() == dims.as_slice()).then_some(other)
        });
        Some((alike.next()?, module))
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, dims) in &self.missing {
            write!(f, "\n  missing: `{name}` {dims}")?;
        }
        for (name, shape) in &self.unexpected {
            write!(f, "\n  unexpected: `{name}` {shape:?}")?;
        }
        for OtherShape { name, network, file } in &self.shapes {
            write!(f, "\n  `{name}` is {file:?} in the file, but {network} in the network")?;
        }
        for (name, element) in &self.types {
            write!(f, "\n  `{name}` is made of {element}, not of f32")?;
        }
        for (name, position) in &self.not_finite {
            write!(f, "\n  `{name}` holds a number that is not finite, at position {position}")?;
        }
        if let Some((from, to)) = self.renamed() {
            write!(f, "\n  help: `.rename(\"{from}\", \"{to}\")` if the two are the same layer")?;
        }
        let turned = |OtherShape { network, file, .. }: &OtherShape| matches!((network.as_slice(), file.as_slice()), ([a, b], [c, d]) if a == d && b == c);
        if self.shapes.iter().any(turned) {
            write!(f, "\n  help: weights are [outputs, inputs], as in PyTorch; Keras and JAX store them transposed")?;
        }
        if self.types.iter().any(|(_, element)| element.size().is_some()) {
            write!(f, "\n  help: `.convert()` makes f32 of f16, bf16 and f64")?;
        }
        if !self.not_finite.is_empty() {
            write!(f, "\n  help: `.allow_not_finite()` loads them as they are")?;
        }
        Ok(())
    }
}
