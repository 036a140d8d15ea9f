//! Named tensors on their way between files and networks.

use std::borrow::Cow;

#[cfg(any(feature = "safetensors", feature = "npz"))]
use super::NotFinite;
use super::rename::renamed;
pub(crate) use super::tensors::{Place, StoredTensor};
use super::{Element, Mismatch, OtherShape, WeightsError};
use crate::memory::aligned_box::zeroed_box;
use crate::memory::layout::Layout;
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
    /// One entry of the metadata of a safetensors file.
    #[cfg_attr(not(feature = "safetensors"), allow(dead_code))]
    pub(crate) metadata: Option<(String, String)>,
    /// The renames that met no tensor.
    pub(super) unused_renames: Vec<(String, String)>,
    pub(super) convert: bool,
    pub(super) allow_not_finite: bool,
}

crate::memory::plain::opaque_debug! { [] Weights, Weights }

/// A tensor with its bytes.
#[cfg(any(feature = "safetensors", feature = "npz"))]
pub(super) type WithBytes<'a> = (&'a StoredTensor, Cow<'a, [u8]>);

/// What [`Weights::load_partial`] did.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Partial {
    /// The tensors that were loaded.
    pub loaded: Vec<String>,
    /// What was left as it was, and why.
    pub left: Mismatch,
}

impl Weights {
    /// The tensors of a network, or of a layer.
    #[must_use]
    pub fn of<P: Parameters>(parameters: &P) -> Weights {
        Weights::of_flat(const { &P::LAYOUT }, parameters.as_flat())
    }

    fn of_flat(layout: &Layout, parameters: &[f32]) -> Weights {
        let mut weights = Weights::empty();
        weights.bytes = parameters.iter().flat_map(|number| number.to_le_bytes()).collect();
        weights.tensors = layout
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

    pub(crate) fn empty() -> Weights {
        Weights {
            file: "the weights".into(),
            bytes: Vec::new(),
            tensors: Vec::new(),
            metadata: None,
            unused_renames: Vec::new(),
            convert: false,
            allow_not_finite: false,
        }
    }

    /// The tensors, in the order of the file.
    pub fn tensors(&self) -> impl Iterator<Item = &StoredTensor> {
        self.tensors.iter()
    }

    /// Calls the module `from` by the name `to`: `rename("fc1", "hidden")` makes `hidden.weight` of `fc1.weight`. The name
    /// can also be that of a single tensor. Without a `to`, what is in `from` moves up: `rename("model", "")` makes
    /// `fc1.weight` of `model.fc1.weight`; without a `from`, everything moves down.
    ///
    /// A rename that meets no tensor is an error of [`load`](Weights::load) and of what writes a file.
    #[must_use]
    pub fn rename(mut self, from: &str, to: &str) -> Weights {
        let mut is_used = from.is_empty();
        for tensor in &mut self.tensors {
            if let Some(parts) = renamed(&tensor.name, from, to) {
                tensor.name = parts.concat();
                is_used = true;
            }
        }
        if !is_used {
            self.unused_renames.push((from.into(), to.into()));
        }
        self
    }

    /// The tensors with their bytes, as they are to be written to a file of this name.
    #[cfg(any(feature = "safetensors", feature = "npz"))]
    pub(super) fn to_write(&self, file: &str) -> Result<Vec<WithBytes<'_>>, WeightsError> {
        if let [(from, to), ..] = &self.unused_renames[..] {
            return Err(WeightsError::Rename { file: self.file.clone(), from: from.clone(), to: to.clone() });
        }
        let written = self.tensors.iter().map(|stored| Ok((stored, self.bytes_of(stored)?)));
        let written: Vec<WithBytes> = written.collect::<Result<_, WeightsError>>()?;
        let at_fault = written.iter().filter(|_| !self.allow_not_finite).filter_map(|(stored, bytes)| {
            let position = stored.element.numbers(bytes).position(|number| !number.is_finite())?;
            Some((stored.name.clone(), position))
        });
        let tensors = NotFinite { tensors: at_fault.collect() };
        match tensors.tensors.is_empty() {
            true => Ok(written),
            false => Err(WeightsError::NotFinite { file: file.into(), tensors }),
        }
    }

    /// Makes `f32` of `f16` and `bf16`, which is exact, and of `f64`, where the nearest is taken. Without this, tensors of
    /// such numbers are an error.
    #[must_use]
    pub fn convert(mut self) -> Weights {
        self.convert = true;
        self
    }

    /// Loads and writes NaN and infinity bit for bit. Without this, they are an error: a network that holds one computes nothing.
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
        let Partial { left: mismatch, .. } = self.fill(const { &P::LAYOUT }, staged.as_flat_mut())?;
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
        let partial = self.fill(const { &P::LAYOUT }, staged.as_flat_mut())?;
        parameters.as_flat_mut().copy_from_slice(staged.as_flat());
        Ok(partial)
    }

    /// Loads what fits, and reports what does not.
    fn fill(&self, layout: &Layout, parameters: &mut [f32]) -> Result<Partial, WeightsError> {
        let mut partial = Partial::default();
        let left = &mut partial.left;
        left.unused_renames.clone_from(&self.unused_renames);
        let mut used = vec![false; self.tensors.len()];
        for tensor in layout.tensors() {
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
            let numbers = tensor.slice_mut(parameters);
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

    /// Reads the numbers of a tensor, if they are all finite or need not be; else returns the position of the first that is not,
    /// and leaves `numbers` as they are.
    pub(crate) fn read_tensor(
        &self,
        stored: &StoredTensor,
        numbers: &mut [f32],
    ) -> Result<Option<usize>, WeightsError> {
        let bytes = self.bytes_of(stored)?;
        let values = || stored.element.numbers(&bytes);
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
            Place::Entry { .. } => {
                let read = super::npz::read(&self.bytes, stored, length);
                let damaged = |cause| WeightsError::damaged(&self.file, format_args!("`{}`: {cause}", stored.name));
                Cow::Owned(read.map_err(damaged)?)
            }
        };
        if bytes.len() != length {
            let what = format_args!("`{}` has {} bytes of data, not {length}", stored.name, bytes.len());
            return Err(WeightsError::damaged(&self.file, what));
        }
        Ok(bytes)
    }
}
