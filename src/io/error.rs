//! What can be wrong with a file of weights.

use core::fmt;
use std::io;

use super::Element;
use super::format::Format;
#[cfg(feature = "onnx")]
use crate::kernel::all_finite;
#[cfg(feature = "onnx")]
use crate::memory::plain::Parameters;
use crate::shape::Dims;

/// A file of weights that could not be read, written or loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file cannot be read.
    #[error("{file}: cannot be read: {cause}")]
    Read {
        /// The file.
        file: String,
        /// The error of the operating system.
        #[source]
        cause: io::Error,
    },
    /// The file cannot be written.
    #[error("{file}: cannot be written: {cause}")]
    Write {
        /// The file.
        file: String,
        /// The error of the operating system.
        #[source]
        cause: io::Error,
    },
    /// The file is of a format that is not read, or of one whose feature is off.
    #[error("{file}: {format}")]
    Format {
        /// The file.
        file: String,
        /// What it is.
        format: Format,
    },
    /// A [`rename`](super::Weights::rename) met no tensor, so that what is written would not be what was meant.
    #[error("{file}: `.rename(\"{from}\", \"{to}\")` renames nothing")]
    Rename {
        /// The file that the tensors are from.
        file: String,
        /// The module that is not there.
        from: String,
        /// Its new name.
        to: String,
    },
    /// What is to be written holds NaN or infinity, which [`load`](super::Weights::load) would refuse.
    #[error("{file}: cannot be written:{tensors}\n  help: `.allow_not_finite()` on `Weights` writes them as they are")]
    NotFinite {
        /// The file.
        file: String,
        /// The tensors at fault.
        tensors: NotFinite,
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
#[non_exhaustive]
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
    /// Renames, `from` and `to`, that met no tensor of the file.
    pub unused_renames: Vec<(String, String)>,
}

/// A tensor whose shape in the file is not that in the network.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
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

    /// The rename that seems to be missing: of what all names of the file begin with and those of the network do not, or the
    /// other way round; else of the one module that seems to have another name.
    fn renamed(&self) -> Option<(&str, &str)> {
        let missing: Vec<&str> = self.missing.iter().map(|(name, _)| name.as_str()).collect();
        let unexpected: Vec<&str> = self.unexpected.iter().map(|(name, _)| name.as_str()).collect();
        prefix(&missing, &unexpected)
            .map(|prefix| (prefix, ""))
            .or_else(|| prefix(&unexpected, &missing).map(|prefix| ("", prefix)))
            .or_else(|| self.other_module())
    }

    /// The module of the file that has a tensor like the first that is missing.
    fn other_module(&self) -> Option<(&str, &str)> {
        let (missing, dims) = self.missing.first()?;
        let (module, field) = missing.rsplit_once('.')?;
        let mut alike = self.unexpected.iter().filter_map(|(name, shape)| {
            let (other, of) = name.rsplit_once('.')?;
            (of == field && shape.as_slice() == dims.as_slice()).then_some(other)
        });
        Some((alike.next()?, module))
    }
}

/// What stands before these names in the longer ones: before more than one of them, or before the only one.
fn prefix<'a>(names: &[&str], longer: &[&'a str]) -> Option<&'a str> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for name in names {
        for prefix in longer.iter().filter_map(|longer| longer.strip_suffix(name)?.strip_suffix('.')) {
            match counts.iter_mut().find(|(found, _)| *found == prefix) {
                Some((_, count)) => *count += 1,
                None => counts.push((prefix, 1)),
            }
        }
    }
    let (prefix, count) = counts.into_iter().reduce(|most, next| if next.1 > most.1 { next } else { most })?;
    (count > 1 || names.len() == 1).then_some(prefix)
}

/// Tensors that hold NaN or infinity.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct NotFinite {
    /// The name of each, and the position of the first such number among its numbers.
    pub tensors: Vec<(String, usize)>,
}

impl NotFinite {
    /// Those of a network or a layer.
    #[cfg(feature = "onnx")]
    pub(super) fn of<P: Parameters>(parameters: &P) -> NotFinite {
        let flat = parameters.as_flat();
        let at_fault = P::LAYOUT.tensors().filter_map(|tensor| {
            let position = tensor.slice(flat).iter().position(|number| !number.is_finite())?;
            Some((tensor.name().into(), position))
        });
        // the names take longer to find than the numbers to look at
        NotFinite { tensors: if all_finite(flat) { Vec::new() } else { at_fault.collect() } }
    }
}

impl fmt::Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_not_finite(f, &self.tensors)
    }
}

fn write_not_finite(f: &mut fmt::Formatter<'_>, tensors: &[(String, usize)]) -> fmt::Result {
    tensors.iter().try_for_each(|(name, position)| {
        write!(f, "\n  `{name}` holds a number that is not finite, at position {position}")
    })
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
        write_not_finite(f, &self.not_finite)?;
        for (from, to) in &self.unused_renames {
            write!(f, "\n  `.rename(\"{from}\", \"{to}\")` renames nothing")?;
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
