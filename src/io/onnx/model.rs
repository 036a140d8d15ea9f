//! The file around a graph, and why there is none.

use std::io;
use std::path::Path;

use prost::Message;

use super::proto;
use super::writer::Writer;
use crate::io::NotFinite;
use crate::io::atomic_write::write_whole;
use crate::layer::graph::{OPSET, Refusal};
use crate::memory::plain::Parameters;
use crate::shape::Dims;

/// The version of the file format that goes with the [`OPSET`].
const IR_VERSION: i64 = 9;

/// A network that could not be exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OnnxError {
    /// A layer cannot be exported.
    #[error("layer `{layer}` of `{network}` cannot be exported: {cause}")]
    Layer {
        /// The path to the layer.
        layer: String,
        /// The network.
        network: String,
        /// The reason.
        #[source]
        cause: Refusal,
    },
    /// A mapping that is not one of tensors with lengths beside them: of custom layers, as no built-in layer has such a mapping.
    #[error("`{network}` maps {} to {}: {what} cannot be exported", .mapping[0], .mapping[1])]
    Mapping {
        /// The network.
        network: String,
        /// Input and output.
        mapping: Box<[Dims; 2]>,
        /// What there is no tensor for.
        what: &'static str,
    },
    /// The network holds NaN or infinity.
    #[error("`{network}` cannot be exported:{tensors}")]
    NotFinite {
        /// The network.
        network: String,
        /// The tensors at fault.
        tensors: NotFinite,
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
}

/// Fails if a parameter is not finite.
pub fn check_finite<P: Parameters>(network: &str, parameters: &P) -> Result<(), OnnxError> {
    let tensors = NotFinite::of(parameters);
    match tensors.tensors.is_empty() {
        true => Ok(()),
        false => Err(OnnxError::NotFinite { network: network.into(), tensors }),
    }
}

/// The error of the layer that refused.
pub fn lacks_export(writer: &Writer, network: &str, cause: Refusal) -> OnnxError {
    OnnxError::Layer { layer: writer.refused(), network: network.into(), cause }
}

/// The graph as a file.
pub fn file(graph: proto::Graph) -> Vec<u8> {
    let model = proto::Model {
        ir_version: IR_VERSION,
        producer_name: "congruent".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        graph: Some(graph),
        opset_import: vec![proto::OperatorSet { domain: String::new(), version: OPSET }],
    };
    model.encode_to_vec()
}

/// Writes the file whole.
pub fn write_file(bytes: &[u8], path: &Path) -> Result<(), OnnxError> {
    write_whole(path, bytes).map_err(|cause| OnnxError::Write { file: path.display().to_string(), cause })
}
