//! `Concat(x, a, b)` where there is a `Concat(x, a)` as `Concat(that, b)`: so a dense block, each of whose layers takes what all before it
//! give, is a chain of layers beside what they take.

use std::collections::HashMap;

use crate::io::onnx::proto::{Graph, Node};
use crate::io::onnx::read::known::int;

/// Lets each such operator take what the last one before it gives that begins with the same value.
pub fn nest(graph: &mut Graph) {
    // by what they begin with: the dimension, all that they take, and what they give
    let mut before: HashMap<String, (Option<i64>, Vec<String>, String)> = HashMap::new();
    for node in graph.node.iter_mut().filter(|node| node.op_type == "Concat" && node.domain.is_empty()) {
        let (axis, Node { input, output, .. }) = (int(node, "axis"), node);
        let ([first, ..], [output]) = (&input[..], &output[..]) else { continue };
        let (first, all) = (first.clone(), input.clone());
        if let Some((same, shorter, gives)) = before.get(&first)
            && *same == axis
            && input.len() > shorter.len()
            && input.starts_with(shorter)
        {
            input.splice(..shorter.len(), [gives.clone()]);
        }
        before.insert(first, (axis, all, output.clone()));
    }
}
