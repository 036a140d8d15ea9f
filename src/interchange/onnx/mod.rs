//! Networks as ONNX files.
//!
//! The file is a message of Protocol Buffers, of which `prost` writes and reads the bytes; the few message types that are
//! needed stand in `proto`, so that nobody has to have a compiler for them.

mod declare;
mod proto;

use std::io;
use std::path::Path;

use prost::Message;

use super::WeightsError;
use crate::graph::{Attribute, Graph, OPSET, Value};
use crate::network::Network;
use crate::shape::{Dims, Shape};
use crate::whole_file::write_whole;

/// The version of the file format that goes with the [`OPSET`].
const IR_VERSION: i64 = 9;

/// A network that could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    /// A layer does not tell what it computes.
    #[error("layer `{layer}` of `{network}` cannot be exported: it, or its activation, has no `export`")]
    Layer {
        /// The path to the layer.
        layer: String,
        /// The network.
        network: String,
    },
    /// Sequences of any length, of which the file would have to know the lengths.
    #[error("`{network}` maps {} to {}: only sequences of a fixed length are exported", .mapping[0], .mapping[1])]
    AnyLength {
        /// The network.
        network: String,
        /// What comes in and what goes out.
        mapping: Box<[Dims; 2]>,
    },
    /// The file cannot be written.
    #[error("{file}: cannot be written: {cause}")]
    Write {
        /// The file.
        file: String,
        /// What the operating system says.
        cause: io::Error,
    },
}

/// The network as an ONNX file, in memory.
///
/// # Errors
///
/// When a layer has no [`export`](crate::Layer::export), and when sequences may have any length.
pub fn to_bytes<N: Network>(network: &N) -> Result<Vec<u8>, OnnxError> {
    if N::Input::DIMS.is_at_most() || N::Output::DIMS.is_at_most() {
        let mapping = Box::new([N::Input::DIMS, N::Output::DIMS]);
        return Err(OnnxError::AnyLength { network: N::SUMMARY.name.into(), mapping });
    }
    let mut writer = Writer::default();
    let input = writer.name("input".into());
    let Some(mut output) = network.export(&mut writer, input) else {
        let layer = writer.path().trim_end_matches('/').replace('/', ".");
        return Err(OnnxError::Layer { layer, network: N::SUMMARY.name.into() });
    };
    if output == input {
        output = writer.node("Identity", &[input], &[]);
    }
    // the last value gets the name by which it is asked for
    let last = core::mem::replace(&mut writer.names[output.0], "output".into());
    for name in writer.nodes.iter_mut().flat_map(|node| node.output.iter_mut().chain(&mut node.input)) {
        if *name == last {
            *name = "output".into();
        }
    }
    let graph = proto::Graph {
        node: writer.nodes,
        name: N::SUMMARY.name.into(),
        initializer: writer.constants,
        input: vec![value("input", N::Input::DIMS)],
        output: vec![value("output", N::Output::DIMS)],
    };
    let model = proto::Model {
        ir_version: IR_VERSION,
        producer_name: "congruent".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        graph: Some(graph),
        opset_import: vec![proto::OperatorSet { domain: String::new(), version: OPSET }],
    };
    Ok(model.encode_to_vec())
}

/// The declaration of a network that computes what an ONNX file does, if that is a chain of layers that there are here.
///
/// # Errors
///
/// When the bytes are no ONNX file, and when it holds what no layer here does.
pub fn declare(bytes: &[u8]) -> Result<String, WeightsError> {
    declare::declare(bytes).map_err(|what| WeightsError::damaged("the file", what))
}

pub(crate) fn write<N: Network>(network: &N, path: &Path) -> Result<(), OnnxError> {
    write_whole(path, &to_bytes(network)?).map_err(|cause| OnnxError::Write { file: path.display().to_string(), cause })
}

/// A batch of tensors of these sizes.
fn value(name: &str, dims: Dims) -> proto::ValueInfo {
    let batch = proto::Dimension { value: None, name: Some("batch".into()) };
    let sizes = dims.as_slice().iter().map(|size| proto::Dimension { value: Some(*size as i64), name: None });
    let shape = proto::TensorShape { dim: core::iter::once(batch).chain(sizes).collect() };
    let element = if dims.is_tokens() { proto::INT64 } else { proto::FLOAT };
    let tensor = proto::TensorType { element, shape: Some(shape) };
    proto::ValueInfo { name: name.into(), of: Some(proto::Type { tensor: Some(tensor) }) }
}

#[derive(Default)]
struct Writer {
    nodes: Vec<proto::Node>,
    constants: Vec<proto::Tensor>,
    /// The name of each value.
    names: Vec<String>,
    /// The layers that have been entered, with the number of the next layer in each.
    within: Vec<(String, usize)>,
    /// The number of the next layer outside of all.
    next: usize,
}

impl Writer {
    fn name(&mut self, name: String) -> Value {
        self.names.push(name);
        Value(self.names.len() - 1)
    }

    /// `encoder/dense/`
    fn path(&self) -> String {
        self.within.iter().map(|(name, _)| format!("{name}/")).collect()
    }

    fn names_of(&self, values: &[Value]) -> Vec<String> {
        values.iter().filter_map(|value| self.names.get(value.0)).cloned().collect()
    }
}

impl Graph for Writer {
    fn constant_of(&mut self, name: &str, dims: Dims, parts: &[&[f32]]) -> Value {
        let name = self.path().replace('/', ".") + name;
        self.constants.push(proto::Tensor {
            dims: dims.as_slice().iter().map(|size| *size as i64).collect(),
            data_type: proto::FLOAT,
            name: name.clone(),
            raw_data: parts.iter().copied().flatten().flat_map(|number| number.to_le_bytes()).collect(),
        });
        self.name(name)
    }

    fn whole_numbers(&mut self, name: &str, dims: Dims, numbers: &[i64]) -> Value {
        let name = self.path().replace('/', ".") + name;
        self.constants.push(proto::Tensor {
            dims: dims.as_slice().iter().map(|size| *size as i64).collect(),
            data_type: proto::INT64,
            name: name.clone(),
            raw_data: numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
        });
        self.name(name)
    }

    fn output_of(
        &mut self,
        operator: &str,
        inputs: &[Value],
        attributes: &[(&str, Attribute)],
        number: usize,
    ) -> Value {
        // the position keeps two of the same operator in a layer apart
        let name = format!("{}{operator}_{}", self.path(), self.nodes.len());
        let attribute = attributes.iter().map(|(name, value)| {
            let mut attribute = proto::Attribute { name: (*name).into(), ..proto::Attribute::default() };
            match value {
                Attribute::Int(i) => (attribute.i, attribute.kind) = (Some(*i), proto::INT_ATTRIBUTE),
                Attribute::Float(f) => (attribute.f, attribute.kind) = (Some(*f), proto::FLOAT_ATTRIBUTE),
                Attribute::Ints(ints) => (attribute.ints, attribute.kind) = (ints.to_vec(), proto::INTS_ATTRIBUTE),
                Attribute::Texts(texts) => {
                    attribute.strings = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
                    attribute.kind = proto::TEXTS_ATTRIBUTE;
                }
                Attribute::Text(s) => (attribute.s, attribute.kind) = (Some((*s).into()), proto::TEXT_ATTRIBUTE),
            }
            attribute
        });
        let node = proto::Node {
            input: self.names_of(inputs),
            // an output without a name is not asked for
            output: core::iter::repeat_n(String::new(), number).chain([name.clone()]).collect(),
            name: name.clone(),
            op_type: operator.into(),
            attribute: attribute.collect(),
        };
        self.nodes.push(node);
        self.name(name)
    }

    fn enter(&mut self, layer: Option<&str>) {
        let next = self.within.last_mut().map_or(&mut self.next, |(_, next)| next);
        let name = layer.map_or_else(|| next.to_string(), str::to_owned);
        *next += 1;
        self.within.push((name, 0));
    }

    fn leave(&mut self) {
        self.within.pop();
    }
}
