//! Sums of several values as sums of two, one after the other; and what is made of a single value, which is that value.

use crate::io::onnx::proto::{Graph, Node};

/// Operators over any number of values.
const OPERATORS: [&str; 5] = ["Sum", "Max", "Min", "Mean", "Concat"];

/// Values that are added by one operator are at most so many.
const MOST: usize = 64;

/// Replaces all such operators.
pub fn spell_out(graph: &mut Graph) {
    let mut nodes = Vec::new();
    for mut node in core::mem::take(&mut graph.node) {
        match (node.op_type.as_str(), node.input.len()) {
            (operator, 1) if OPERATORS.contains(&operator) => {
                node.op_type = "Identity".into();
                nodes.push(node);
            }
            ("Sum", 2..=MOST) => nodes.extend(by_two(node)),
            _ => nodes.push(node),
        }
    }
    graph.node = nodes;
}

fn by_two(node: Node) -> Vec<Node> {
    let (output, name) = (node.output.first().cloned().unwrap_or_default(), node.name);
    let last = node.input.len() - 1;
    let mut sum = node.input[0].clone();
    let mut nodes = Vec::new();
    for (i, value) in node.input.iter().enumerate().skip(1) {
        let output = if i == last { output.clone() } else { format!("{output} of {}", i + 1) };
        let input = vec![core::mem::replace(&mut sum, output.clone()), value.clone()];
        nodes.push(Node { input, output: vec![output], name: name.clone(), op_type: "Add".into(), ..Node::default() });
    }
    nodes
}
