//! Graphs of one operator or a few, and what is said of them: here is what builds them, beside it a file for each topic.

mod activations;
mod arithmetic;
mod branches;
mod caller;
mod dense;
mod normalisations;
mod order;
mod refusals;
mod sequences;
mod shapes;
mod windows;

use super::*;
use crate::io::onnx::proto::{
    self, Attribute, Dimension, Node, OperatorSet, Tensor, TensorShape, TensorType, Type, ValueInfo,
};

/// A tensor of zeros.
fn zeros(name: &str, dims: &[i64]) -> Tensor {
    let count: i64 = dims.iter().product();
    let raw_data = vec![0; 4 * count as usize];
    Tensor { name: name.into(), dims: dims.to_vec(), data_type: proto::FLOAT, raw_data, ..Tensor::default() }
}

fn whole(name: &str, numbers: &[i64]) -> Tensor {
    let (dims, int64_data) = (vec![numbers.len() as i64], numbers.to_vec());
    Tensor { name: name.into(), dims, data_type: proto::INT64, int64_data, ..Tensor::default() }
}

fn floats(name: &str, numbers: &[f32]) -> Tensor {
    let (dims, float_data) = (vec![numbers.len() as i64], numbers.to_vec());
    Tensor { name: name.into(), dims, data_type: proto::FLOAT, float_data, ..Tensor::default() }
}

fn ints(name: &str, numbers: &[i64]) -> Attribute {
    Attribute { name: name.into(), ints: numbers.to_vec(), ..Attribute::default() }
}

fn int(name: &str, number: i64) -> Attribute {
    Attribute { name: name.into(), i: Some(number), ..Attribute::default() }
}

fn float(name: &str, number: f32) -> Attribute {
    Attribute { name: name.into(), f: Some(number), ..Attribute::default() }
}

fn text(name: &str, text: &str) -> Attribute {
    Attribute { name: name.into(), s: Some(text.into()), ..Attribute::default() }
}

/// An operator that takes what the one before gives, and these.
fn node(operator: &str, more: &[&str], attribute: Vec<Attribute>) -> Node {
    let input = core::iter::once("").chain(more.iter().copied()).map(Into::into).collect();
    Node { op_type: operator.into(), name: "it".into(), input, attribute, ..Node::default() }
}

fn value(name: &str, sizes: &[i64]) -> ValueInfo {
    let batch = Dimension { value: None, name: Some("n".into()) };
    let sizes = sizes.iter().map(|size| Dimension { value: Some(*size), name: None });
    let shape = TensorShape { dim: core::iter::once(batch).chain(sizes).collect() };
    let tensor = TensorType { element: proto::FLOAT, shape: Some(shape) };
    ValueInfo { name: name.into(), of: Some(Type { tensor: Some(tensor) }) }
}

/// The operators one after the other.
fn graph(input: &[i64], nodes: Vec<Node>, tensors: Vec<Tensor>) -> Graph {
    let mut graph = Graph { node: nodes, input: vec![value("x", input)], initializer: tensors, ..Graph::default() };
    let mut last = "x".to_owned();
    for (i, node) in graph.node.iter_mut().enumerate() {
        node.input[0] = last;
        last = format!("y{i}");
        node.output = vec![last.clone()];
    }
    graph.output = vec![ValueInfo { name: last, of: None }];
    graph
}

/// The layers, and the shape that they give; or what is wrong.
fn said(graph: Graph) -> String {
    said_by(graph, 20, &Import::new())
}

fn said_by(graph: Graph, version: i64, import: &Import) -> String {
    let opset_import = vec![OperatorSet { domain: String::new(), version }];
    let bytes = Model { graph: Some(graph), opset_import, ..Model::default() }.encode_to_vec();
    let found = super::graph(&bytes, import).and_then(|(graph, version)| {
        let chain = Chain::read(&graph, version, import)?;
        let layers: Vec<String> = chain.at.layers.iter().map(ToString::to_string).collect();
        Ok(format!("{} -> {:?}", layers.join(", "), chain.at.sizes))
    });
    assert_eq!(declare(&bytes, import).err(), found.as_ref().err().cloned());
    assert_eq!(weights(&bytes, import).err(), found.as_ref().err().cloned());
    found.unwrap_or_else(|what| what)
}

/// The numbers of all tensors, by name.
fn numbers(graph: Graph) -> Vec<(String, Vec<f32>)> {
    let opset_import = vec![OperatorSet { domain: String::new(), version: 20 }];
    let bytes = Model { graph: Some(graph), opset_import, ..Model::default() }.encode_to_vec();
    let (numbers, tensors) = weights(&bytes, &Import::new()).unwrap();
    let mut numbers = numbers.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
    let mut of = |tensor: &StoredTensor| numbers.by_ref().take(tensor.shape.iter().product()).collect();
    tensors.iter().map(|tensor| (tensor.name.clone(), of(tensor))).collect()
}

fn one(input: &[i64], node: Node, tensors: Vec<Tensor>) -> String {
    said(graph(input, vec![node], tensors))
}

fn nearest_attributes() -> Vec<Attribute> {
    vec![text("coordinate_transformation_mode", "asymmetric"), text("nearest_mode", "floor")]
}

/// Operators with their inputs; what the last gives is the output.
fn wired(nodes: &[(&str, &[&str])], tensors: Vec<Tensor>) -> String {
    let mut made = graph(&[7, 4], nodes.iter().map(|(operator, _)| node(operator, &[], vec![])).collect(), tensors);
    for (node, (_, inputs)) in made.node.iter_mut().zip(nodes) {
        node.input = inputs.iter().map(|input| (*input).into()).collect();
    }
    said(made)
}
