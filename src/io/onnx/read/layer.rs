//! A layer of a chain: as it is written in `network!`, and where its numbers are.

use core::fmt;

use super::known::Weight;
use crate::io::onnx::proto;
use crate::io::tensors::Place;
use crate::io::{Element, StoredTensor};
use crate::layer::import;

/// A layer.
#[derive(Default)]
pub struct Layer<'a> {
    pub name: String,
    /// `Conv2d`
    pub word: &'static str,
    /// `1`, `8`, `3`
    pub arguments: Vec<String>,
    /// Whether an activation can stand behind these.
    pub activates: bool,
    pub activation: Option<&'static str>,
    /// `stride = 2`
    pub settings: Vec<String>,
    /// Whether it is at each step of a sequence.
    pub at_each_step: bool,
    /// Its parameters, by the names of their fields.
    pub tensors: Vec<(&'static str, Numbers<'a>)>,
    /// The layers in it, by what comes before the names of their fields. How they are written stands among the arguments.
    pub inner: Vec<(String, Layer<'a>)>,
}

impl<'a> Layer<'a> {
    /// How many layers are within one another.
    pub fn depth(&self) -> usize {
        1 + self.inner.iter().map(|(_, layer)| layer.depth()).max().unwrap_or(0)
    }

    /// Calls `visit` for all parameters, with their names within `module`.
    pub fn each(
        &self,
        module: &str,
        visit: &mut impl FnMut(String, &Numbers<'a>) -> Result<(), String>,
    ) -> Result<(), String> {
        for (field, numbers) in &self.tensors {
            visit(format!("{module}.{field}"), numbers)?;
        }
        self.inner.iter().try_for_each(|(name, layer)| layer.each(&format!("{module}.{name}"), visit))
    }
}

impl fmt::Display for Layer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = self.settings.iter().map(String::as_str);
        let written: Vec<&str> =
            self.arguments.iter().map(String::as_str).chain(self.activation).chain(settings).collect();
        let layer = match &written[..] {
            [] => self.word.to_owned(),
            written => format!("{}<{}>", self.word, written.join(", ")),
        };
        if self.at_each_step { write!(f, "TimeDistributed<{layer}>") } else { f.write_str(&layer) }
    }
}

/// The numbers of a parameter, of the weights of the file.
pub type Numbers<'a> = import::Numbers<Weight<'a>>;

impl Numbers<'_> {
    /// The numbers, if they are of a type that is read.
    pub fn values(&self) -> Result<(Vec<usize>, Vec<f32>), String> {
        let mut bytes = Vec::new();
        let stored = self.store(String::new(), &mut bytes)?;
        Ok((stored.shape, stored.element.numbers(&bytes).collect()))
    }

    /// Adds the numbers to those of other tensors.
    pub fn store(&self, name: String, bytes: &mut Vec<u8>) -> Result<StoredTensor, String> {
        let start = bytes.len();
        let (element, shape) = match self {
            Numbers::Zeros(count) => {
                bytes.resize(start + 4 * count, 0);
                (Element::F32, vec![*count])
            }
            Numbers::Values(shape, values) => {
                bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
                (Element::F32, shape.clone())
            }
            Numbers::Of(weight) | Numbers::Row(weight) | Numbers::Shifted(weight, _) => {
                let element = element(weight.tensor.data_type);
                copy(*weight, &element, bytes)?;
                let shape = weight.dims()?;
                let in_a_row = matches!(self, Numbers::Row(_));
                (element, if in_a_row { vec![shape.iter().product()] } else { shape })
            }
        };
        if let Numbers::Shifted(weight, more) = self {
            if element != Element::F32 {
                return Err(format!("`{}` is made of {element}, not of f32", weight.tensor.name));
            }
            for number in bytes.get_mut(start..).unwrap_or_default().as_chunks_mut::<4>().0 {
                *number = (f32::from_le_bytes(*number) + more).to_le_bytes();
            }
        }
        Ok(StoredTensor { name, element, shape, place: Place::Bytes(start..bytes.len()) })
    }
}

/// The type of the numbers of a tensor.
pub fn element(data_type: i32) -> Element {
    match data_type {
        proto::FLOAT => Element::F32,
        proto::FLOAT16 => Element::F16,
        proto::DOUBLE => Element::F64,
        proto::BFLOAT16 => Element::Bf16,
        other => Element::Other(format!("ONNX's type {other}")),
    }
}

/// Copies the numbers of a weight, columns for rows where it is turned.
fn copy(weight: Weight, element: &Element, bytes: &mut Vec<u8>) -> Result<(), String> {
    let Weight { tensor, turned } = weight;
    if tensor.data_location == proto::EXTERNAL {
        return Err(format!(
            "`{}` is in another file; write the model as one file, in PyTorch with `external_data=False`",
            tensor.name
        ));
    }
    let floats: Vec<u8>;
    let stored = if tensor.raw_data.is_empty() && tensor.data_type == proto::FLOAT {
        floats = tensor.float_data.iter().flat_map(|number| number.to_le_bytes()).collect();
        &floats
    } else {
        &tensor.raw_data
    };
    let dims = weight.dims()?;
    let count = dims.iter().try_fold(element.size().unwrap_or(1), |product, size| product.checked_mul(*size));
    if count != Some(stored.len()) {
        return Err(format!("`{}` has {} bytes of data, which its shape {dims:?} has not", tensor.name, stored.len()));
    }
    match (turned, &dims[..]) {
        (true, [rows, columns]) => {
            let size = element.size().unwrap_or(1);
            for place in (0..*rows).flat_map(|row| (0..*columns).map(move |column| column * rows + row)) {
                bytes.extend_from_slice(stored.get(place * size..(place + 1) * size).unwrap_or_default());
            }
        }
        _ => bytes.extend_from_slice(stored),
    }
    Ok(())
}
