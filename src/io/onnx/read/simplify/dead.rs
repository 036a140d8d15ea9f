//! Operators whose output nothing takes: what exporters leave behind, and what leads to other outputs than those that are read.

use std::collections::HashSet;

use crate::io::onnx::proto::{Graph, Node};

/// Removes all operators that do not lead to the outputs, and inputs that nothing takes where there are others.
pub fn remove(graph: &mut Graph) {
    let has_graph = |node: &Node| node.attribute.iter().any(|attribute| attribute.g.is_some());
    if graph.node.iter().any(has_graph) {
        return; // graphs within take what they name, too
    }
    let mut needed: HashSet<String> = graph.output.iter().map(|value| value.name.clone()).collect();
    let mut kept: Vec<Node> = Vec::new();
    // operators stand behind those that they take from
    for node in core::mem::take(&mut graph.node).into_iter().rev() {
        if node.output.iter().any(|name| !name.is_empty() && needed.contains(name)) {
            needed.extend(node.input.iter().cloned());
            kept.push(node);
        }
    }
    kept.reverse();
    graph.node = kept;
    if graph.input.iter().any(|input| needed.contains(&input.name)) {
        graph.input.retain(|input| needed.contains(&input.name));
    }
}
