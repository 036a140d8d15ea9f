//! Constants: the operators `Constant`, and those over constants alone, which `fold` computes.

use std::collections::HashMap;

use super::array::{Array, Data};
use super::fold::folded;
use crate::io::onnx::proto::{Attribute, Graph, Node, Tensor};

/// How many numbers are made of the constants of a file, for each byte of it: at most so many altogether, and as many are looked at four
/// times, so that a small file cannot ask for much memory or time.
const SPARE: usize = 1 << 16;

/// Makes a constant of each operator that has only constants for inputs.
pub fn fold(graph: &mut Graph, version: i64, file_size: usize) {
    let tensors = core::mem::take(&mut graph.initializer);
    let places = tensors.iter().enumerate().map(|(i, tensor)| (tensor.name.clone(), i)).collect();
    let mut constants =
        Constants { tensors, places, version, numbers: file_size / 4 + SPARE, work: 4 * file_size + SPARE };
    graph.node.retain_mut(|node| {
        let name = node.output.first().cloned().unwrap_or_default();
        let found = match node.op_type.as_str() {
            "Constant" => stated(node, &name),
            _ => constants.folded(node).map(|array| array.tensor(&name)),
        };
        let is_constant = found.is_some();
        constants.add(name, found);
        !is_constant
    });
    graph.initializer = constants.tensors;
}

/// The constants that are known so far.
struct Constants {
    tensors: Vec<Tensor>,
    /// Where they are, by name.
    places: HashMap<String, usize>,
    /// The version of the operators.
    version: i64,
    /// How many more numbers may be made.
    numbers: usize,
    /// How many more may be looked at.
    work: usize,
}

impl Constants {
    fn add(&mut self, name: String, tensor: Option<Tensor>) {
        if let Some(tensor) = tensor {
            self.places.insert(name, self.tensors.len());
            self.tensors.push(tensor);
        }
    }

    /// What an operator gives, if all its inputs are constants.
    fn folded(&mut self, node: &Node) -> Option<Array> {
        if node.output.len() != 1 || node.input.is_empty() || !node.domain.is_empty() && node.domain != "ai.onnx" {
            return None;
        }
        let input = |name: &String| match name.as_str() {
            "" => Some(None),
            name => Some(Some(self.tensors.get(*self.places.get(name)?)?)),
        };
        let inputs: Vec<Option<&Tensor>> = node.input.iter().map(input).collect::<Option<_>>()?;
        let size = |tensor: &&Tensor| {
            tensor.raw_data.len() + tensor.float_data.len() + tensor.int64_data.len() + tensor.int32_data.len()
        };
        self.work = self.work.checked_sub(inputs.iter().flatten().map(size).sum::<usize>() + 64)?;
        let array = |tensor: &Option<&Tensor>| tensor.map_or(Some(None), |tensor| Array::of(tensor).map(Some));
        let arrays: Vec<Option<Array>> = inputs.iter().map(array).collect::<Option<_>>()?;
        let arrays: Vec<Option<&Array>> = arrays.iter().map(Option::as_ref).collect();
        let found = folded(node, &arrays, self.version, self.numbers)?;
        self.numbers -= found.len();
        Some(found)
    }
}

/// The tensor of an operator `Constant`.
fn stated(node: &mut Node, name: &str) -> Option<Tensor> {
    let attribute = node.attribute.first_mut()?;
    let Attribute { t, i, f, ints, floats, .. } = attribute;
    let tensor = match attribute.name.as_str() {
        "value" => return Some(Tensor { name: name.into(), ..t.take()? }),
        "value_int" => Array { dims: Vec::new(), data: Data::Whole(vec![(*i)?]) },
        "value_float" => Array { dims: Vec::new(), data: Data::Floats(vec![(*f)?]) },
        "value_ints" => Array { dims: vec![ints.len()], data: Data::Whole(core::mem::take(ints)) },
        "value_floats" => Array { dims: vec![floats.len()], data: Data::Floats(core::mem::take(floats)) },
        _ => return None,
    };
    Some(tensor.tensor(name))
}
