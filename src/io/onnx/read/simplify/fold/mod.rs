//! What an operator gives whose inputs are all constant.
//!
//! Each result has at most as many numbers as the caller allows: that is checked before any are made.

mod generate;
mod numbers;
mod part;
mod shape;
#[cfg(test)]
mod tests;

pub use part::part;

use super::array::{Array, count};
use crate::io::onnx::proto::Node;
use crate::io::onnx::read::known::ints;

/// The output, if it is one that is computed here and of at most this many numbers.
pub fn folded(node: &Node, inputs: &[Option<&Array>], version: i64, most: usize) -> Option<Array> {
    Fold { node, inputs, version, most }.output()
}

struct Fold<'f> {
    node: &'f Node,
    inputs: &'f [Option<&'f Array>],
    version: i64,
    most: usize,
}

impl<'f> Fold<'f> {
    fn output(&self) -> Option<Array> {
        match self.node.op_type.as_str() {
            "Identity" => self.within(&self.input(0)?.dims).then(|| self.input(0).cloned())?,
            "Cast" => self.cast(),
            "Reshape" => self.reshape(),
            "Flatten" => self.flatten(),
            "Squeeze" => self.squeeze(),
            "Unsqueeze" => self.unsqueeze(),
            "Transpose" => self.transpose(),
            "Expand" => self.expand(),
            "Slice" => self.slice(),
            "Gather" => self.gather(),
            "Concat" => self.concat(),
            "ConstantOfShape" => self.constant_of_shape(),
            "Range" => self.range(),
            "Shape" => self.shape(),
            "Where" => self.choice(),
            "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Equal" => self.of_two(),
            _ => self.of_one(),
        }
    }

    fn input(&self, number: usize) -> Option<&'f Array> {
        *self.inputs.get(number)?
    }

    /// The whole numbers that are an input, or in older versions an attribute.
    fn settings(&self, number: usize, name: &str) -> Option<Vec<i64>> {
        match self.input(number) {
            Some(array) => Some(array.whole()?.to_vec()),
            None => ints(self.node, name).map(<[i64]>::to_vec),
        }
    }

    /// Whether an output of these sizes is small enough.
    fn within(&self, dims: &[usize]) -> bool {
        count(dims).is_some_and(|count| count <= self.most)
    }

    fn picked(&self, from: &Array, dims: Vec<usize>, start: isize, strides: &[isize]) -> Option<Array> {
        if self.within(&dims) { from.picked(dims, start, strides) } else { None }
    }

    fn broadcast(&self, from: &Array, dims: &[usize]) -> Option<Array> {
        if self.within(dims) { from.broadcast(dims) } else { None }
    }

    fn reshaped(&self, from: &Array, dims: Vec<usize>) -> Option<Array> {
        if self.within(&dims) { from.reshaped(dims) } else { None }
    }
}
