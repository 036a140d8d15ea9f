//! All that stands in the way, not the first alone.

use std::collections::HashSet;

use super::chain::label;
use crate::io::onnx::proto::{Graph, Node};
use crate::layer::activation;
use crate::layers;

/// Operators that are no layers, but are read.
const OTHERS: &[&str] = &[
    "Add",
    "Sum",
    "Sub",
    "Mul",
    "Div",
    "Neg",
    "Clip",
    "Concat",
    "Transpose",
    "Shape",
    "Cast",
    "ConstantOfShape",
    "Expand",
    "Constant",
    "Erf",
    "Sqrt",
    "Reciprocal",
];

/// More are only counted.
const MOST: usize = 12;

/// The further operators that no layer is read from, as the end of a sentence about the first.
pub fn unread(graph: &Graph, done: &HashSet<usize>) -> String {
    let read: HashSet<&str> = layers::READERS
        .iter()
        .chain(activation::READERS)
        .copied()
        .flatten()
        .map(|(operator, _)| *operator)
        .chain(OTHERS.iter().copied())
        .collect();
    let foreign = |node: &Node| !matches!(node.domain.as_str(), "" | "ai.onnx");
    let first = (0..graph.node.len()).find(|i| !done.contains(i));
    let others: Vec<&Node> = (0..graph.node.len())
        .filter(|i| !done.contains(i) && Some(*i) != first)
        .filter_map(|i| graph.node.get(i))
        .filter(|node| foreign(node) || !read.contains(node.op_type.as_str()))
        .collect();
    if others.is_empty() {
        return String::new();
    }
    let mut named: Vec<String> = others.iter().take(MOST).map(|node| label(node)).collect();
    if let Some(more) = others.len().checked_sub(MOST).filter(|more| *more > 0) {
        named.push(format!("{more} more"));
    }
    format!("; nor is there a layer for {}", named.join(", "))
}
