//! A graph as the layers read it: what computes nothing, or nothing of what comes in, is worked out first.
//!
//! | file | what |
//! |---|---|
//! | `array` | constant tensors as arrays |
//! | `fold` | operators over constants |
//! | `casts` | conversions of numbers that change none |
//! | `dead` | operators whose output nothing takes |
//! | `layer_norm` | layer normalisation that is spelt out |
//! | `sums` | sums of one value or several as sums of two |
//! | `threshold` | a softplus that is linear from a threshold on |

mod array;
mod casts;
mod dead;
mod fold;
mod layer_norm;
mod sums;
mod threshold;

use std::collections::HashMap;

pub use array::{Array, Data, common, count};
pub use casts::is_float;
pub use fold::{part, place};

use crate::io::onnx::proto::{Attribute, Graph, Node, Tensor};

/// How many numbers are made of the constants of a file, for each byte of it: at most so many altogether, and as many are looked at four
/// times, so that a small file cannot ask for much memory or time.
const SPARE: usize = 1 << 16;

/// Works out what does not depend on the input, and leaves out what changes nothing.
pub fn normal(graph: &mut Graph, version: i64, file_size: usize) {
    dead::remove(graph);
    constants(graph, version, file_size);
    sums::spell_out(graph);
    casts::bypass(graph);
    threshold::bypass(graph);
    layer_norm::find(graph);
    dead::remove(graph);
}

/// Makes a constant of each operator that has only constants for inputs.
fn constants(graph: &mut Graph, version: i64, file_size: usize) {
    let (mut numbers, mut work) = (file_size / 4 + SPARE, 4 * file_size + SPARE);
    let mut known: HashMap<String, usize> = HashMap::new();
    for (i, tensor) in graph.initializer.iter().enumerate() {
        known.insert(tensor.name.clone(), i);
    }
    let mut nodes = Vec::new();
    for mut node in core::mem::take(&mut graph.node) {
        let name = node.output.first().cloned().unwrap_or_default();
        let found = if node.op_type == "Constant" {
            constant(&mut node, &name)
        } else {
            worked_out(&node, &graph.initializer, &known, version, &mut numbers, &mut work)
                .map(|array| array.tensor(&name))
        };
        match found {
            Some(tensor) => {
                known.insert(name, graph.initializer.len());
                graph.initializer.push(tensor);
            }
            None => nodes.push(node),
        }
    }
    graph.node = nodes;
}

fn worked_out(
    node: &Node,
    tensors: &[Tensor],
    known: &HashMap<String, usize>,
    version: i64,
    numbers: &mut usize,
    work: &mut usize,
) -> Option<Array> {
    if node.output.len() != 1 || node.input.is_empty() || !node.domain.is_empty() && node.domain != "ai.onnx" {
        return None;
    }
    let mut inputs = Vec::new();
    for name in &node.input {
        inputs.push(if name.is_empty() { None } else { Some(tensors.get(*known.get(name)?)?) });
    }
    let size = |tensor: &Tensor| {
        tensor.raw_data.len() + tensor.float_data.len() + tensor.int64_data.len() + tensor.int32_data.len()
    };
    *work = work.checked_sub(inputs.iter().flatten().map(|tensor| size(tensor)).sum::<usize>() + 64)?;
    let arrays = inputs.iter().map(|tensor| tensor.map(Array::of)).collect::<Vec<_>>();
    if arrays.iter().any(|array| matches!(array, Some(None))) {
        return None;
    }
    let arrays: Vec<Option<Array>> = arrays.into_iter().map(Option::flatten).collect();
    let arrays: Vec<Option<&Array>> = arrays.iter().map(Option::as_ref).collect();
    let found = fold::folded(node, &arrays, version, *numbers)?;
    *numbers -= found.len();
    Some(found)
}

/// The tensor of an operator `Constant`.
fn constant(node: &mut Node, name: &str) -> Option<Tensor> {
    let attribute = node.attribute.first_mut()?;
    let Attribute { t, i, f, ints, floats, .. } = attribute;
    let tensor = match attribute.name.as_str() {
        "value" => return Some(Tensor { name: name.into(), ..t.take()? }),
        "value_int" => Array { dims: Vec::new(), data: array::Data::Whole(vec![(*i)?]) },
        "value_float" => Array { dims: Vec::new(), data: array::Data::Floats(vec![(*f)?]) },
        "value_ints" => Array { dims: vec![ints.len()], data: array::Data::Whole(core::mem::take(ints)) },
        "value_floats" => Array { dims: vec![floats.len()], data: array::Data::Floats(core::mem::take(floats)) },
        _ => return None,
    };
    Some(tensor.tensor(name))
}

/// Lets all that takes one of these values take the other instead.
fn replace(graph: &mut Graph, values: &HashMap<String, String>) {
    let outputs = graph.output.iter_mut().map(|value| &mut value.name);
    for name in graph.node.iter_mut().flat_map(|node| &mut node.input).chain(outputs) {
        if let Some(value) = values.get(name) {
            value.clone_into(name);
        }
    }
}
