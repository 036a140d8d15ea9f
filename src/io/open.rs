//! Files and bytes of all formats as [`Weights`], and back.

use std::path::Path;

use super::format::{Format, has_extension};
use super::{Weights, WeightsError};

/// What tensors in memory are called in errors.
const NO_FILE: &str = "the file";

/// The name of a file, its bytes, and their format.
pub(super) fn opened(path: &Path) -> Result<(String, Vec<u8>, Format), WeightsError> {
    let file = path.display().to_string();
    match std::fs::read(path) {
        Ok(bytes) => {
            let format = Format::of(&bytes, Some(path));
            Ok((file, bytes, format))
        }
        Err(cause) => Err(WeightsError::Read { file, cause }),
    }
}

impl Weights {
    /// Reads a file of safetensors, npz or, with the feature `onnx`, ONNX: by its first bytes, or by its name where these do not decide.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is of another [`Format`] or one whose feature is off, or is damaged.
    pub fn read(path: impl AsRef<Path>) -> Result<Weights, WeightsError> {
        let (file, bytes, format) = opened(path.as_ref())?;
        Weights::of_format(file, bytes, format)
    }

    /// As [`read`](Weights::read), from memory.
    ///
    /// # Errors
    ///
    /// When the bytes are of another [`Format`] or one whose feature is off, or damaged.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Weights, WeightsError> {
        let format = Format::of(&bytes, None);
        Weights::of_format(NO_FILE.into(), bytes, format)
    }

    pub(super) fn of_format(file: String, bytes: Vec<u8>, format: Format) -> Result<Weights, WeightsError> {
        let weights = Weights { file, bytes, ..Weights::empty() };
        match format {
            #[cfg(feature = "safetensors")]
            Format::Safetensors => weights.index_safetensors(),
            #[cfg(feature = "npz")]
            Format::Npz => weights.index_npz(),
            #[cfg(feature = "onnx")]
            Format::Onnx => weights.index_onnx(),
            other => Err(WeightsError::Format { file: weights.file, format: other }),
        }
    }

    /// Writes a file of the format that its name asks for.
    pub(crate) fn write(&self, path: &Path) -> Result<(), WeightsError> {
        let format = if has_extension(path, "npz") { Format::Npz } else { Format::Safetensors };
        match format {
            #[cfg(feature = "safetensors")]
            Format::Safetensors => self.write_safetensors(path),
            #[cfg(feature = "npz")]
            Format::Npz => self.write_npz(path),
            other => Err(WeightsError::Format { file: path.display().to_string(), format: other }),
        }
    }
}

/// Writes a file whole; the error names it.
#[cfg(any(feature = "safetensors", feature = "npz"))]
fn write_file(path: &Path, bytes: &[u8]) -> Result<(), WeightsError> {
    super::atomic_write::write_whole(path, bytes)
        .map_err(|cause| WeightsError::Write { file: path.display().to_string(), cause })
}

#[cfg(any(feature = "safetensors", feature = "npz", feature = "onnx"))]
impl Weights {
    /// What is wrong with bytes that cannot be read: that they are of a format that is not read at all, else `what`.
    fn damaged(&self, what: impl core::fmt::Display) -> WeightsError {
        match Format::of(&self.bytes, None) {
            Format::Safetensors | Format::Npz | Format::Onnx => WeightsError::damaged(&self.file, what),
            format => WeightsError::Format { file: self.file.clone(), format },
        }
    }
}

#[cfg(feature = "safetensors")]
impl Weights {
    /// Reads a safetensors file from memory.
    ///
    /// # Errors
    ///
    /// When the bytes are no such file, or a damaged one.
    pub fn from_safetensors(bytes: Vec<u8>) -> Result<Weights, WeightsError> {
        Weights { file: NO_FILE.into(), bytes, ..Weights::empty() }.index_safetensors()
    }

    fn index_safetensors(mut self) -> Result<Weights, WeightsError> {
        let indexed = super::safetensors::index(&self.bytes);
        (self.tensors, self.metadata) =
            indexed.map_err(|cause| self.damaged(format_args!("not a safetensors file, or a damaged one: {cause}")))?;
        Ok(self)
    }

    /// The tensors as a safetensors file, in memory.
    ///
    /// # Errors
    ///
    /// When two tensors have the same name, when a tensor is not of a type that is loaded or [not finite](Weights::allow_not_finite), and
    /// when a rename met no tensor.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, WeightsError> {
        self.safetensors_of(NO_FILE)
    }

    fn safetensors_of(&self, file: &str) -> Result<Vec<u8>, WeightsError> {
        super::safetensors::write(self.to_write(file)?, &self.metadata)
            .map_err(|cause| WeightsError::damaged(&self.file, cause))
    }

    /// Writes the tensors to a safetensors file. It is written beside `path` and then renamed: there is never half a file.
    ///
    /// # Errors
    ///
    /// As [`to_safetensors`](Weights::to_safetensors), and when the file cannot be written.
    pub fn write_safetensors(&self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        let path = path.as_ref();
        write_file(path, &self.safetensors_of(&path.display().to_string())?)
    }
}

#[cfg(feature = "npz")]
impl Weights {
    /// Reads an npz file from memory.
    ///
    /// # Errors
    ///
    /// When the bytes are no such file, or a damaged one.
    pub fn from_npz(bytes: Vec<u8>) -> Result<Weights, WeightsError> {
        Weights { file: NO_FILE.into(), bytes, ..Weights::empty() }.index_npz()
    }

    fn index_npz(mut self) -> Result<Weights, WeightsError> {
        let indexed = super::npz::index(&self.bytes);
        self.tensors =
            indexed.map_err(|cause| self.damaged(format_args!("not an npz file, or a damaged one: {cause}")))?;
        Ok(self)
    }

    /// The tensors as an npz file, in memory; not packed, as `numpy.savez` does it.
    ///
    /// # Errors
    ///
    /// When two tensors have the same name, when a tensor is not of a type that NumPy has or [not finite](Weights::allow_not_finite), and
    /// when a rename met no tensor.
    pub fn to_npz(&self) -> Result<Vec<u8>, WeightsError> {
        self.npz_of(NO_FILE)
    }

    fn npz_of(&self, file: &str) -> Result<Vec<u8>, WeightsError> {
        let described = self.to_write(file)?.into_iter().map(|(stored, bytes)| {
            let descr = super::npz::descr(&stored.element).ok_or_else(|| {
                let what = format_args!("`{}` is made of {}, which NumPy has not", stored.name, stored.element);
                WeightsError::damaged(&self.file, what)
            })?;
            Ok((stored, descr, bytes))
        });
        super::npz::write(described.collect::<Result<_, WeightsError>>()?)
            .map_err(|cause| WeightsError::damaged(&self.file, cause))
    }

    /// Writes the tensors to an npz file. It is written beside `path` and then renamed: there is never half a file.
    ///
    /// # Errors
    ///
    /// As [`to_npz`](Weights::to_npz), and when the file cannot be written.
    pub fn write_npz(&self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        let path = path.as_ref();
        write_file(path, &self.npz_of(&path.display().to_string())?)
    }
}

#[cfg(feature = "onnx")]
impl Weights {
    /// The tensors of an ONNX file, in memory, by the names of the fields that [`declare`](super::declare) gives its layers.
    ///
    /// # Errors
    ///
    /// When the bytes are no ONNX file, or a damaged one, and when it is not made of layers that there are here.
    pub fn from_onnx(bytes: &[u8]) -> Result<Weights, WeightsError> {
        Weights::import_onnx(bytes, &super::onnx::Import::new())
    }

    pub(super) fn import_onnx(bytes: &[u8], import: &super::onnx::Import) -> Result<Weights, WeightsError> {
        let weights = Weights { file: NO_FILE.into(), ..Weights::empty() };
        match super::onnx::weights(bytes, import) {
            Ok((bytes, tensors)) => Ok(Weights { bytes, tensors, ..weights }),
            Err(what) => Err(Weights { bytes: bytes.to_vec(), ..weights }.damaged(what)),
        }
    }

    fn index_onnx(mut self) -> Result<Weights, WeightsError> {
        let found = super::onnx::weights(&self.bytes, &super::onnx::Import::new()).map_err(|what| self.damaged(what));
        (self.bytes, self.tensors) = found?;
        Ok(self)
    }
}
