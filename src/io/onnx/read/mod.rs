//! An ONNX file as a chain of layers that there are here.
//!
//! | file | what |
//! |---|---|
//! | `simplify` | first of all: constants are folded, and what changes nothing is left out |
//! | `ends` | the input and the output of the graph |
//! | `chain` | from operator to operator, with the sizes of what goes between |
//! | `operators` | an operator as the layers see it: each is read by the file of its layer |
//! | `join` | branches that come together: `Residual`, `Concat` |
//! | `arithmetic` | sums and products with constants |
//! | `order` | dimensions in another order |
//! | `unsupported` | all operators that there is no layer for |
//! | `known` | what does not depend on the input: weights, sizes |
//! | `layer` | a layer, as it is written and with its numbers |
//! | `names` | what layers are called, and operators in errors |

mod arithmetic;
mod chain;
mod ends;
mod join;
mod known;
mod layer;
mod names;
mod operators;
mod order;
mod simplify;
#[cfg(test)]
mod tests;
mod unsupported;

use prost::Message;

use super::import::Import;
use super::proto::{Graph, Model, ValueInfo};
use crate::io::StoredTensor;
use crate::io::declaration::written;
use chain::Chain;

/// The graph of a file as it is read, and the version of its operators.
fn graph(bytes: &[u8], import: &Import) -> Result<(Graph, i64), String> {
    let model = Model::decode(bytes).map_err(|cause| format!("not an ONNX file, or a damaged one: {cause}"))?;
    let own = model.opset_import.iter().filter(|set| set.domain.is_empty() || set.domain == "ai.onnx");
    let version = own.map(|set| set.version).max().unwrap_or(1);
    let mut graph = model.graph.ok_or("no graph")?;
    if let Some(name) = &import.output {
        choose(&mut graph, name)?;
    }
    simplify::simplify(&mut graph, version, bytes.len());
    Ok((graph, version))
}

/// Leaves the output of this name alone, which may be any value of the graph.
fn choose(graph: &mut Graph, name: &str) -> Result<(), String> {
    let stated = graph.output.iter().position(|output| output.name == *name);
    if stated.is_none() && !graph.node.iter().any(|node| node.output.iter().any(|output| output == name)) {
        let there: Vec<String> = graph.output.iter().map(|output| format!("`{}`", output.name)).collect();
        return Err(format!("nothing is called `{name}`; the outputs are {}", there.join(", ")));
    }
    let output = stated.map(|place| graph.output.swap_remove(place));
    graph.output = vec![output.unwrap_or_else(|| ValueInfo { name: name.into(), of: None })];
    Ok(())
}

/// The declaration, or what in the file there is no layer for.
pub fn declare(bytes: &[u8], import: &Import) -> Result<String, String> {
    let (graph, version) = graph(bytes, import)?;
    let chain = Chain::read(&graph, version, import)?;
    let sizes = |sizes: &[usize]| sizes.iter().map(usize::to_string).collect::<Vec<String>>().join(", ");
    let layers = chain.at.layers.iter().map(|layer| (layer.name.clone(), layer.to_string()));
    Ok(written(&sizes(&chain.input), &sizes(&chain.at.sizes), &notes(&chain), layers))
}

/// In which order the file has dimensions, where it is another than that of the network.
fn notes(chain: &Chain) -> Vec<String> {
    let order = |sizes: &[usize], order: &[usize]| -> Vec<usize> {
        order.iter().skip(1).filter_map(|i| sizes.get(i - 1).copied()).collect()
    };
    let mut notes = Vec::new();
    if let Some(turned) = &chain.turned_input {
        // `turned` is from the file's order to this one
        let back: Vec<usize> = (0..turned.len()).filter_map(|i| turned.iter().position(|from| *from == i)).collect();
        notes.push(format!("The file takes {:?}: transpose it by {:?}.", order(&chain.input, &back), turned));
    }
    if let Some(turned) = &chain.turned_output {
        notes.push(format!(
            "The file gives {:?}: transpose what this gives by {turned:?}.",
            order(&chain.at.sizes, turned)
        ));
    }
    notes
}

/// The numbers of the layers, by the names that the declaration has for them, one after the other.
pub fn weights(bytes: &[u8], import: &Import) -> Result<(Vec<u8>, Vec<StoredTensor>), String> {
    let (graph, version) = graph(bytes, import)?;
    let chain = Chain::read(&graph, version, import)?;
    let (mut numbers, mut tensors) = (Vec::new(), Vec::new());
    for layer in &chain.at.layers {
        layer.each(&layer.name, &mut |name, tensor| {
            tensors.push(tensor.store(name, &mut numbers)?);
            Ok(())
        })?;
    }
    Ok((numbers, tensors))
}
