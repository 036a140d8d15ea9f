//! Layer normalisation as it was written before there was an operator for it: `(x − mean(x)) / √(mean((x − mean(x))²) + ε)·γ + β`, with
//! means over the last dimension.

use std::collections::HashMap;

use super::{Array, Data};
use crate::io::onnx::proto::{Attribute, Graph, Node, Tensor};
use crate::io::onnx::read::known::{int, ints};

/// Puts the operator in the place of each last sum.
pub fn find(graph: &mut Graph) {
    if !graph.node.iter().any(|node| node.op_type == "Sqrt") {
        return;
    }
    let found: Vec<(usize, Node)> = {
        let values = Values::of(graph);
        let sums = graph.node.iter().enumerate().filter(|(_, node)| node.op_type == "Add");
        sums.filter_map(|(i, sum)| Some((i, values.layer_norm(sum)?))).collect()
    };
    for (i, node) in found {
        graph.node[i] = node;
    }
}

/// What gives each value.
struct Values<'g> {
    made: HashMap<&'g str, &'g Node>,
    constants: HashMap<&'g str, &'g Tensor>,
}

impl<'g> Values<'g> {
    fn of(graph: &'g Graph) -> Self {
        let made = graph.node.iter().filter_map(|node| Some((node.output.first()?.as_str(), node)));
        let constants = graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor));
        Values { made: made.collect(), constants: constants.collect() }
    }

    /// The operator that gives an input, if it is of this kind.
    fn by(&self, name: &str, operator: &str) -> Option<&'g Node> {
        self.made.get(name).copied().filter(|node| node.op_type == operator)
    }

    /// The input that an operator of this kind gives, and the other, which is a constant.
    fn with_constant(&self, node: &'g Node, operator: &str) -> Option<(&'g Node, &'g str)> {
        let [one, other] = &node.input[..] else { return None };
        [(one, other), (other, one)].into_iter().find_map(|(value, constant)| {
            let is_constant = self.constants.contains_key(constant.as_str());
            Some((self.by(value, operator).filter(|_| is_constant)?, constant.as_str()))
        })
    }

    fn number(&self, name: &str) -> Option<f32> {
        let tensor = self.constants.get(name).filter(|tensor| tensor.dims.iter().all(|size| *size == 1))?;
        match Array::of(tensor)?.data {
            Data::Floats(numbers) => numbers.first().copied(),
            Data::Whole(_) => None,
        }
    }

    /// The input of a mean over the last dimension, which it keeps.
    fn mean_of(&self, name: &str) -> Option<&'g str> {
        let node = self.by(name, "ReduceMean")?;
        let axes = match node.input.get(1) {
            Some(axes) => Array::of(self.constants.get(axes.as_str())?)?.whole()?.to_vec(),
            None => ints(node, "axes")?.to_vec(),
        };
        (axes == [-1] && int(node, "keepdims") != Some(0)).then(|| node.input[0].as_str())
    }

    fn layer_norm(&self, sum: &'g Node) -> Option<Node> {
        let (product, bias) = self.with_constant(sum, "Mul")?;
        let (quotient, weight) = self.with_constant(product, "Div")?;
        let [difference, root] = &quotient.input[..] else { return None };
        let [x, mean] = &self.by(difference, "Sub")?.input[..] else { return None };
        let (variance, epsilon) =
            self.with_constant(self.by(&self.by(root, "Sqrt")?.input[0], "Add")?, "ReduceMean")?;
        let squares = self.mean_of(&variance.output[0])?;
        let is_square = match self.by(squares, "Pow").or_else(|| self.by(squares, "Mul"))? {
            Node { op_type, input, .. } if op_type == "Pow" => {
                input[0] == *difference && self.number(input.get(1)?)? == 2.0
            }
            Node { input, .. } => input.iter().all(|input| input == difference),
        };
        if !is_square || self.mean_of(mean)? != x {
            return None;
        }
        Some(Node {
            input: [x.as_str(), weight, bias].map(Into::into).to_vec(),
            output: sum.output.clone(),
            name: sum.name.clone(),
            op_type: "LayerNormalization".into(),
            attribute: vec![Attribute {
                name: "epsilon".into(),
                f: Some(self.number(epsilon)?),
                ..Attribute::default()
            }],
            ..Node::default()
        })
    }
}
