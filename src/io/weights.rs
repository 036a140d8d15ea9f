//! Named tensors on their way between files and networks.

use core::ops::Range;
use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{Element, Mismatch, OtherShape, WeightsError};
use crate::memory::aligned_box::zeroed_box;
use crate::memory::plain::Parameters;

/// The tensors of a file, or of a network that is to be written to one.
///
/// What is read is kept as it is in the file, and only turned into parameters when it is loaded; so the memory needed is
/// that of the file and, while loading, once more that of the network.
#[derive(Clone)]
pub struct Weights {
    pub(crate) file: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) tensors: Vec<StoredTensor>,
    /// One entry of what a safetensors file can say beside its tensors.
    #[cfg_attr(not(feature = "safetensors"), allow(dead_code))]
    pub(crate) metadata: Option<(String, String)>,
    convert: bool,
    allow_not_finite: bool,
}

#[cfg(not(feature = "npz"))]
const NO_NPZ: &str = "an npz file needs the feature `npz` of `congruent`";
#[cfg(not(feature = "safetensors"))]
const NO_SAFETENSORS: &str = "a safetensors file needs the feature `safetensors` of `congruent`";

/// A tensor in a file.
#[derive(Clone, Debug)]
pub struct StoredTensor {
    /// Its name.
    pub name: String,
    /// What its numbers are.
    pub element: Element,
    /// Its sizes, outermost first.
    pub shape: Vec<usize>,
    pub(crate) place: Place,
}

/// Where the numbers of a tensor are.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// As they are, innermost dimension first.
    Bytes(Range<usize>),
    /// In an entry of a zip archive, after a header of so many bytes.
    #[cfg(feature = "npz")]
    Entry {
        index: usize,
        header: usize,
        /// Whether the outermost dimension comes first instead.
        fortran_order: bool,
    },
}

/// What [`Weights::load_partial`] did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Partial {
    /// The tensors that were loaded.
    pub loaded: Vec<String>,
    /// What was left as it was, and why.
    pub left: Mismatch,
}

impl Weights {
    /// Reads a file: safetensors or npz, which its first bytes tell, or ONNX, of which the name ends with `.onnx` (with the feature
    /// `onnx`).
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is none of these or damaged.
    pub fn read(path: impl AsRef<Path>) -> Result<Weights, WeightsError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        #[cfg(feature = "onnx")]
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("onnx")) {
            return match std::fs::read(path) {
                Ok(bytes) => Weights::from_onnx(&bytes).map(|weights| Weights { file: file.clone(), ..weights }),
                Err(cause) => return Err(WeightsError::Read { file, cause }),
            }
            .map_err(|error| error.of_file(file));
        }
        match File::open(path).and_then(|mut opened| {
            let mut bytes = Vec::new();
            opened.read_to_end(&mut bytes)?;
            Ok(bytes)
        }) {
            Ok(bytes) => Weights::of_bytes(file, bytes),
            Err(cause) => Err(WeightsError::Read { file, cause }),
        }
    }

    /// As [`read`](Weights::read), from memory.
    ///
    /// # Errors
    ///
    /// When the bytes are no safetensors and no npz file, or a damaged one.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Weights, WeightsError> {
        Weights::of_bytes("the file".into(), bytes)
    }

    /// The tensors of an ONNX file, in memory, by the names of the fields that [`declare`](super::declare) gives its layers.
    ///
    /// # Errors
    ///
    /// When the bytes are no ONNX file, or a damaged one, and when it is not made of layers that there are here.
    #[cfg(feature = "onnx")]
    pub fn from_onnx(bytes: &[u8]) -> Result<Weights, WeightsError> {
        let found = super::onnx::weights(bytes).map_err(|what| WeightsError::damaged("the file", what));
        let (bytes, tensors) = found?;
        Ok(Weights { file: "the file".into(), bytes, tensors, ..Weights::empty() })
    }

    fn of_bytes(file: String, bytes: Vec<u8>) -> Result<Weights, WeightsError> {
        let weights = Weights { file, bytes, ..Weights::empty() };
        if weights.bytes.starts_with(b"PK") {
            #[cfg(feature = "npz")]
            return weights.index_npz();
            #[cfg(not(feature = "npz"))]
            return Err(WeightsError::damaged(&weights.file, NO_NPZ));
        }
        #[cfg(feature = "safetensors")]
        return weights.index_safetensors();
        #[cfg(not(feature = "safetensors"))]
        Err(WeightsError::damaged(&weights.file, NO_SAFETENSORS))
    }

    /// The tensors of a network, or of a layer.
    #[must_use]
    pub fn of<P: Parameters>(parameters: &P) -> Weights {
        let bytes = parameters.as_flat().iter().flat_map(|number| number.to_le_bytes()).collect();
        let mut weights = Weights::empty();
        weights.bytes = bytes;
        weights.tensors = P::LAYOUT
            .tensors()
            .map(|tensor| {
                let start = 4 * tensor.offset();
                StoredTensor {
                    name: tensor.name().into(),
                    element: Element::F32,
                    shape: tensor.dims().as_slice().into(),
                    place: Place::Bytes(start..start + 4 * tensor.count()),
                }
            })
            .collect();
        weights
    }

    /// Writes a file of the format that its name says.
    pub(crate) fn write(&self, path: &Path) -> Result<(), WeightsError> {
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("npz")) {
            #[cfg(feature = "npz")]
            return self.write_npz(path);
            #[cfg(not(feature = "npz"))]
            return Err(WeightsError::damaged(&path.display().to_string(), NO_NPZ));
        }
        #[cfg(feature = "safetensors")]
        return self.write_safetensors(path);
        #[cfg(not(feature = "safetensors"))]
        Err(WeightsError::damaged(&path.display().to_string(), NO_SAFETENSORS))
    }

    pub(crate) fn empty() -> Weights {
        let (bytes, tensors) = (Vec::new(), Vec::new());
        Weights { file: "the weights".into(), bytes, tensors, metadata: None, convert: false, allow_not_finite: false }
    }

    /// The tensors, in the order of the file.
    pub fn tensors(&self) -> impl Iterator<Item = &StoredTensor> {
        self.tensors.iter()
    }

    /// Calls the module `from` by the name `to`: `rename("fc1", "hidden")` makes `hidden.weight` of `fc1.weight`. The name
    /// can also be that of a single tensor. Without a `to`, what is in `from` moves up: `rename("model", "")` makes
    /// `fc1.weight` of `model.fc1.weight`; without a `from`, everything moves down.
    #[must_use]
    pub fn rename(mut self, from: &str, to: &str) -> Weights {
        for tensor in &mut self.tensors {
            let rest = match tensor.name.strip_prefix(from) {
                Some(name) if from.is_empty() => name,
                Some("") => "",
                Some(rest) if rest.starts_with('.') => &rest[1..],
                _ => continue,
            };
            let separator = if to.is_empty() || rest.is_empty() { "" } else { "." };
            tensor.name = format!("{to}{separator}{rest}");
        }
        self
    }

    /// Makes `f32` of `f16` and `bf16`, which is exact, and of `f64`, where the nearest is taken. Without this, tensors of
    /// such numbers are an error.
    #[must_use]
    pub fn convert(mut self) -> Weights {
        self.convert = true;
        self
    }

    /// Loads NaN and infinity bit for bit. Without this, they are an error: a network that holds one computes nothing.
    #[must_use]
    pub fn allow_not_finite(mut self) -> Weights {
        self.allow_not_finite = true;
        self
    }

    /// Loads all tensors into a network: all, or none.
    ///
    /// The tensors `num_batches_tracked`, which PyTorch keeps beside batch normalisation and which compute nothing, are
    /// passed over.
    ///
    /// # Errors
    ///
    /// When a tensor is missing, not expected, of another shape or type, or not finite: one error lists all of these. When
    /// the file is damaged. The network is then unchanged.
    pub fn load<P: Parameters>(&self, parameters: &mut P) -> Result<(), WeightsError> {
        let mut staged = zeroed_box::<P>();
        let Partial { left: mismatch, .. } = self.fill(&mut *staged)?;
        if !mismatch.is_empty() {
            return Err(WeightsError::Mismatch { file: self.file.clone(), mismatch: Box::new(mismatch) });
        }
        parameters.as_flat_mut().copy_from_slice(staged.as_flat());
        Ok(())
    }

    /// Loads the tensors that fit, by name, shape and type, and leaves the others of the network as they are: for transfer
    /// learning.
    ///
    /// # Errors
    ///
    /// When the file is damaged. The network is then unchanged.
    pub fn load_partial<P: Parameters>(&self, parameters: &mut P) -> Result<Partial, WeightsError> {
        let mut staged = zeroed_box::<P>();
        staged.as_flat_mut().copy_from_slice(parameters.as_flat());
        let partial = self.fill(&mut *staged)?;
        parameters.as_flat_mut().copy_from_slice(staged.as_flat());
        Ok(partial)
    }

    /// Loads what fits, and tells what does not.
    fn fill<P: Parameters>(&self, parameters: &mut P) -> Result<Partial, WeightsError> {
        let mut partial = Partial::default();
        let left = &mut partial.left;
        let mut used = vec![false; self.tensors.len()];
        for tensor in P::LAYOUT.tensors() {
            let name = tensor.name();
            let mut found = self.tensors.iter().enumerate().filter(|(_, stored)| stored.name == name);
            let Some((index, stored)) = found.next() else {
                left.missing.push((name.into(), tensor.dims()));
                continue;
            };
            if found.next().is_some() {
                return Err(WeightsError::damaged(&self.file, format_args!("`{name}` is there twice")));
            }
            used[index] = true;
            let numbers = tensor.of_mut(parameters.as_flat_mut());
            if stored.shape != tensor.dims().as_slice() {
                let (network, file) = (tensor.dims(), stored.shape.clone());
                left.shapes.push(OtherShape { name: name.into(), network, file });
            } else if stored.element != Element::F32 && !(self.convert && stored.element.size().is_some()) {
                left.types.push((name.into(), stored.element.clone()));
            } else if let Some(position) = self.read_tensor(stored, numbers)? {
                left.not_finite.push((name.into(), position));
            } else {
                partial.loaded.push(name.into());
            }
        }
        for (stored, used) in self.tensors.iter().zip(used) {
            if !used && !stored.counts_batches() {
                left.unexpected.push((stored.name.clone(), stored.shape.clone()));
            }
        }
        Ok(partial)
    }

    /// Reads the numbers of a tensor, if they are all finite or need not be; else tells where the first is that is not,
    /// and leaves `numbers` as they are.
    pub(crate) fn read_tensor(
        &self,
        stored: &StoredTensor,
        numbers: &mut [f32],
    ) -> Result<Option<usize>, WeightsError> {
        let bytes = self.bytes_of(stored)?;
        let size = stored.element.size().unwrap_or(1);
        let values = || bytes.chunks_exact(size).map(|bytes| stored.element.number(bytes).unwrap_or(f32::NAN));
        if !self.allow_not_finite
            && let Some(position) = values().position(|value| !value.is_finite())
        {
            return Ok(Some(position));
        }
        for (number, value) in numbers.iter_mut().zip(values()) {
            *number = value;
        }
        Ok(None)
    }

    /// The bytes of a tensor's numbers, innermost dimension first.
    pub(crate) fn bytes_of(&self, stored: &StoredTensor) -> Result<Cow<'_, [u8]>, WeightsError> {
        let size = stored.element.size();
        let length = stored.shape.iter().try_fold(size.unwrap_or(0), |product, size| product.checked_mul(*size));
        let (Some(_), Some(length)) = (size, length) else {
            let what = format_args!("`{}` is made of {}, which cannot be read", stored.name, stored.element);
            return Err(WeightsError::damaged(&self.file, what));
        };
        let bytes = match &stored.place {
            Place::Bytes(range) => Cow::Borrowed(self.bytes.get(range.clone()).unwrap_or(&[])),
            #[cfg(feature = "npz")]
            Place::Entry { .. } => Cow::Owned(self.read_entry(stored, length)?),
        };
        if bytes.len() != length {
            let what = format_args!("`{}` has {} bytes of data, not {length}", stored.name, bytes.len());
            return Err(WeightsError::damaged(&self.file, what));
        }
        Ok(bytes)
    }
}

impl StoredTensor {
    /// Whether this is PyTorch's `num_batches_tracked`.
    pub(crate) fn counts_batches(&self) -> bool {
        self.shape.is_empty() && self.name.rsplit('.').next() == Some("num_batches_tracked")
    }
}
