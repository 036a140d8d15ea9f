//! All that stands in the way, not the first alone.

use std::collections::HashSet;

use super::names::label;
use super::{arithmetic, join, known};
use crate::io::onnx::proto::{Graph, Node};
use crate::layer::activation;
use crate::layers;

/// Operators that are in no table of a layer, but are read: those of the files beside this one, and parts of layers that are spelt out.
const OTHERS: [&[&str]; 5] =
    [arithmetic::OPERATORS, join::OPERATORS, known::OPERATORS, &["Transpose"], &["Erf", "Sqrt", "Reciprocal"]];

/// More are only counted.
const MOST: usize = 12;

/// The further operators that no layer is read from, as the end of a sentence about the first.
pub fn unsupported(graph: &Graph, done: &HashSet<usize>) -> String {
    let of_layers = layers::READERS.iter().chain(activation::READERS).copied().flatten().map(|(operator, _)| *operator);
    let read: HashSet<&str> = of_layers.chain(OTHERS.into_iter().flatten().copied()).collect();
    let foreign = |node: &Node| !matches!(node.domain.as_str(), "" | "ai.onnx");
    let first = (0..graph.node.len()).find(|i| !done.contains(i));
    let rest = (0..graph.node.len()).filter(|i| !done.contains(i) && Some(*i) != first);
    let is_unread = |node: &&Node| foreign(node) || !read.contains(node.op_type.as_str());
    let others: Vec<&Node> = rest.filter_map(|i| graph.node.get(i)).filter(is_unread).collect();
    if others.is_empty() {
        return String::new();
    }
    let mut named: Vec<String> = others.iter().take(MOST).map(|node| label(node)).collect();
    if let Some(more) = others.len().checked_sub(MOST).filter(|more| *more > 0) {
        named.push(format!("{more} more"));
    }
    format!("; nor is there a layer for {}", named.join(", "))
}
