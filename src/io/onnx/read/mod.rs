//! An ONNX file as a chain of layers that there are here.
//!
//! | file | what |
//! |---|---|
//! | `chain` | from operator to operator, with the sizes of what goes between |
//! | `operators` | an operator as the layers see it: each is read by the file of its layer |
//! | `join` | branches that come together: `Residual`, `Concat` |
//! | `known` | what does not depend on the input: weights, sizes |
//! | `layer` | a layer, as it is written and with its numbers |

mod chain;
mod join;
mod known;
mod layer;
mod operators;
#[cfg(test)]
mod tests;

use prost::Message;

use super::proto::{Graph, Model};
use crate::io::StoredTensor;
use crate::io::declaration::written;
use chain::Chain;

/// The graph of a file, and the version of its operators.
fn graph(bytes: &[u8]) -> Result<(Graph, i64), String> {
    let model = Model::decode(bytes).map_err(|cause| format!("not an ONNX file, or a damaged one: {cause}"))?;
    let own = model.opset_import.iter().filter(|set| set.domain.is_empty() || set.domain == "ai.onnx");
    let version = own.map(|set| set.version).max().unwrap_or(1);
    Ok((model.graph.ok_or("no graph")?, version))
}

/// The declaration, or what in the file there is no layer for.
pub fn declare(bytes: &[u8]) -> Result<String, String> {
    let (graph, version) = graph(bytes)?;
    let chain = Chain::read(&graph, version)?;
    let sizes = |sizes: &[usize]| sizes.iter().map(usize::to_string).collect::<Vec<String>>().join(", ");
    let layers = chain.at.layers.iter().map(|layer| (layer.name.clone(), layer.to_string()));
    Ok(written(&sizes(&chain.input), &sizes(&chain.at.sizes), layers))
}

/// The numbers of the layers, by the names that the declaration has for them, one after the other.
pub fn weights(bytes: &[u8]) -> Result<(Vec<u8>, Vec<StoredTensor>), String> {
    let (graph, version) = graph(bytes)?;
    let chain = Chain::read(&graph, version)?;
    let (mut numbers, mut tensors) = (Vec::new(), Vec::new());
    for layer in &chain.at.layers {
        layer.each(&layer.name, &mut |name, tensor| {
            tensors.push(tensor.store(name, &mut numbers)?);
            Ok(())
        })?;
    }
    Ok((numbers, tensors))
}
