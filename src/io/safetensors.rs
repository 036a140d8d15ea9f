//! The format of Hugging Face: a header in JSON with names, types, shapes and offsets, then the numbers.

use std::borrow::Cow;

use safetensors::{Dtype, SafeTensorError, SafeTensors, View};

use super::tensors::{Element, Place, StoredTensor};

/// What PyTorch's own tools write among the metadata, and expect there.
const FORMAT: (&str, &str) = ("format", "pt");

/// An entry beside the tensors of a file.
pub type Metadata = Option<(String, String)>;

/// The tensors of a file, and the first entry beside them that is not [`FORMAT`].
pub fn index(bytes: &[u8]) -> Result<(Vec<StoredTensor>, Metadata), SafeTensorError> {
    let (header, metadata) = SafeTensors::read_metadata(bytes)?;
    let data = 8 + header;
    let pairs = metadata.metadata().iter().flatten();
    let entry = pairs.map(|(key, text)| (key.clone(), text.clone())).find(|(key, _)| key != FORMAT.0);
    let tensors = metadata.offset_keys().into_iter().filter_map(|name| {
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
    });
    Ok((tensors.collect(), entry))
}

/// A file of these tensors, with one entry beside them: several would be in no certain order.
pub fn write(tensors: Vec<(&StoredTensor, Cow<[u8]>)>, metadata: &Metadata) -> Result<Vec<u8>, SafeTensorError> {
    let tensors = tensors.into_iter().map(|(stored, bytes)| (stored.name.as_str(), Written { stored, bytes }));
    let metadata = match metadata {
        Some(entry) => [entry.clone()].into(),
        None => [(FORMAT.0.to_owned(), FORMAT.1.to_owned())].into(),
    };
    safetensors::serialize(tensors, Some(metadata))
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
