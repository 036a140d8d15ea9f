//! The format of Hugging Face: a header in JSON with names, types, shapes and offsets, then the numbers.

use std::borrow::Cow;
use std::path::Path;

use safetensors::{Dtype, SafeTensors, View};

use super::weights::{Place, StoredTensor};
use super::{Element, Weights, WeightsError};
use crate::io::atomic_write::write_whole;

/// What PyTorch's own tools write among the metadata and ask for.
const FORMAT: (&str, &str) = ("format", "pt");

impl Weights {
    /// Reads a safetensors file from memory.
    ///
    /// # Errors
    ///
    /// When the bytes are no such file, or a damaged one.
    pub fn from_safetensors(bytes: Vec<u8>) -> Result<Weights, WeightsError> {
        let mut weights = Weights::empty();
        (weights.file, weights.bytes) = ("the file".into(), bytes);
        weights.index_safetensors()
    }

    pub(super) fn index_safetensors(mut self) -> Result<Weights, WeightsError> {
        let damaged = |cause| {
            let what = format_args!("not a safetensors file, or a damaged one: {cause}");
            WeightsError::damaged(&self.file, what)
        };
        let (header, metadata) = SafeTensors::read_metadata(&self.bytes).map_err(damaged)?;
        let data = 8 + header;
        let pairs = metadata.metadata().iter().flatten();
        self.metadata = pairs.map(|(key, text)| (key.clone(), text.clone())).find(|(key, _)| key != FORMAT.0);
        self.tensors = metadata
            .offset_keys()
            .into_iter()
            .filter_map(|name| {
                let info = metadata.info(&name)?;
                let (start, end) = info.data_offsets;
                let element = match info.dtype {
                    Dtype::F32 => Element::F32,
                    Dtype::F64 => Element::F64,
                    Dtype::F16 => Element::F16,
                    Dtype::BF16 => Element::Bf16,
                    other => Element::Other(format!("{other:?}").to_lowercase()),
                };
                let place = Place::Bytes(data + start..data + end);
                Some(StoredTensor { name, element, shape: info.shape.clone(), place })
            })
            .collect();
        Ok(self)
    }

    /// The tensors as a safetensors file, in memory.
    ///
    /// # Errors
    ///
    /// When two tensors have the same name, or a tensor is not of a type that is loaded.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, WeightsError> {
        let mut tensors = Vec::with_capacity(self.tensors.len());
        for stored in &self.tensors {
            tensors.push((stored.name.as_str(), Written { stored, bytes: self.bytes_of(stored)? }));
        }
        // a single entry: several would be in no certain order
        let metadata = match &self.metadata {
            Some(entry) => [entry.clone()].into(),
            None => [(FORMAT.0.to_owned(), FORMAT.1.to_owned())].into(),
        };
        safetensors::serialize(tensors, Some(metadata)).map_err(|cause| WeightsError::damaged(&self.file, cause))
    }

    /// Writes the tensors to a safetensors file. It is written beside `path` and then renamed: there is never half a file.
    ///
    /// # Errors
    ///
    /// As [`to_safetensors`](Weights::to_safetensors), and when the file cannot be written.
    pub fn write_safetensors(&self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        let path = path.as_ref();
        write_whole(path, &self.to_safetensors()?)
            .map_err(|cause| WeightsError::Write { file: path.display().to_string(), cause })
    }
}

struct Written<'a> {
    stored: &'a StoredTensor,
    bytes: Cow<'a, [u8]>,
}

impl View for Written<'_> {
    fn dtype(&self) -> Dtype {
        match self.stored.element {
            Element::F64 => Dtype::F64,
            Element::F16 => Dtype::F16,
            Element::Bf16 => Dtype::BF16,
            _ => Dtype::F32,
        }
    }
    fn shape(&self) -> &[usize] {
        &self.stored.shape
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }
    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}
