//! How a layer tells other tools what it computes: as operators of ONNX, one after the other.

use crate::shape::Dims;

/// A value in a [`Graph`]: what comes in, a constant, or what an operator gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value(pub usize);

impl Value {
    /// An input that an operator can do without, and does.
    pub const NONE: Value = Value(usize::MAX);
}

/// A setting of an operator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Attribute<'a> {
    /// An integer.
    Int(i64),
    /// A number.
    Float(f32),
    /// Several integers.
    Ints(&'a [i64]),
    /// Several numbers.
    Floats(&'a [f32]),
    /// A text.
    Text(&'a str),
}

/// What a network is exported into: see [`Layer::export`](crate::Layer::export).
///
/// The operators are those of ONNX, version [`OPSET`], the first dimension of a value is the batch.
pub trait Graph {
    /// Adds a tensor of parameters, by the name it has in the layer.
    fn constant(&mut self, name: &str, dims: Dims, numbers: &[f32]) -> Value;

    /// Adds an operator, and returns its (first) output.
    fn node(&mut self, operator: &str, inputs: &[Value], attributes: &[(&str, Attribute)]) -> Value;

    /// What is added from here on belongs to the layer of this name, or to the next in a list of layers.
    fn enter(&mut self, layer: Option<&str>);

    /// Ends what [`enter`](Graph::enter) began.
    fn leave(&mut self);
}

/// The version of the ONNX operators that layers are made of.
pub const OPSET: i64 = 20;
