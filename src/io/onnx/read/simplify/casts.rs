//! Conversions between types of numbers that need none here: of floats to floats, as everything is computed in `f32`, also what the file
//! would round to half precision; of whole numbers to whole numbers; and of whole numbers that are the input, such as the bytes of an
//! image, to floats.

use std::collections::{HashMap, HashSet};

use super::replace;
use crate::io::onnx::proto::{self, Graph};
use crate::io::onnx::read::known::int;

/// Whether a type is one of real numbers.
pub fn is_float(element: i32) -> bool {
    matches!(element, proto::FLOAT | proto::FLOAT16 | proto::BFLOAT16 | proto::DOUBLE)
}

/// Whether a type is one of whole numbers: UINT8, INT8, UINT16, INT16, INT32 and INT64, UINT32 and UINT64.
fn is_whole(element: i32) -> bool {
    matches!(element, 2..=7 | 12 | 13)
}

/// Leaves such conversions out, and `Identity`.
pub fn bypass(graph: &mut Graph) {
    let element = |of: &Option<proto::Type>| of.as_ref()?.tensor.as_ref().map(|tensor| tensor.element);
    let mut elements: HashMap<String, i32> =
        graph.input.iter().map(|value| (value.name.clone(), element(&value.of).unwrap_or(proto::FLOAT))).collect();
    let given: HashSet<String> = elements.keys().cloned().collect();
    // an input may itself be the output of one that is left out
    let mut same: HashMap<String, String> = HashMap::new();
    let mut become_floats = HashSet::new();
    for node in &graph.node {
        let (Some(input), [output]) = (node.input.first(), &node.output[..]) else { continue };
        let from = elements.get(input).copied();
        let is_same = match node.op_type.as_str() {
            "Identity" => {
                elements.extend(from.map(|from| (output.clone(), from)));
                true
            }
            "Cast" => {
                let to = int(node, "to").and_then(|to| i32::try_from(to).ok()).unwrap_or(0);
                elements.insert(output.clone(), to);
                let from = from.unwrap_or(0);
                let begins = is_whole(from) && is_float(to) && given.contains(input);
                become_floats.extend(begins.then(|| input.clone()));
                is_float(from) && is_float(to) || is_whole(from) && is_widest(to) || begins
            }
            "Shape" | "ArgMax" | "ArgMin" | "Size" => {
                elements.insert(output.clone(), proto::INT64);
                false
            }
            _ => {
                elements.extend(from.map(|from| (output.clone(), from)));
                false
            }
        };
        if is_same {
            let first = same.get(input).unwrap_or(input).clone();
            same.insert(output.clone(), first);
        }
    }
    graph.node.retain(|node| !matches!(&node.output[..], [output] if same.contains_key(output)));
    replace(graph, &same);
    for input in graph.input.iter_mut().filter(|input| become_floats.contains(&input.name)) {
        if let Some(tensor) = input.of.as_mut().and_then(|of| of.tensor.as_mut()) {
            tensor.element = proto::FLOAT;
        }
    }
}

/// Whether a type holds all whole numbers that are met here.
fn is_widest(element: i32) -> bool {
    matches!(element, proto::INT32 | proto::INT64)
}
