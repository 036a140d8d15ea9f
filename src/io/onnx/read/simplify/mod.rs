//! A graph as the layers read it: constants are folded first, and what changes nothing is left out.
//!
//! | file | what |
//! |---|---|
//! | `array` | constant tensors as arrays |
//! | `constants` | constants, and operators over them |
//! | `fold` | what such an operator gives |
//! | `casts` | conversions of numbers that change none |
//! | `dead` | operators whose output nothing takes |
//! | `layer_norm` | layer normalisation that is spelt out |
//! | `sums` | sums of one value or several as sums of two |
//! | `concats` | what is put together one after the other, as dense blocks have it |
//! | `threshold` | a softplus that is linear from a threshold on |

mod array;
mod casts;
mod concats;
mod constants;
mod dead;
mod fold;
mod layer_norm;
mod sums;
mod threshold;

use std::collections::HashMap;

pub use array::{Array, Data, common, count};
pub use casts::is_float;
pub use fold::part;

use crate::io::onnx::proto::Graph;

/// Folds what does not depend on the input, and leaves out what changes nothing.
pub fn simplify(graph: &mut Graph, version: i64, file_size: usize) {
    dead::remove(graph);
    constants::fold(graph, version, file_size);
    sums::spell_out(graph);
    casts::bypass(graph);
    concats::nest(graph);
    threshold::bypass(graph);
    layer_norm::find(graph);
    dead::remove(graph);
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
