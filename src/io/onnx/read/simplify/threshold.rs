//! `Where(x > 20, x, Softplus(x))`, as PyTorch's newer exporter writes a softplus: it is the softplus, which differs from `x` by less than
//! the spacing of `f32` there.

use std::collections::HashMap;

use super::{Array, replace};
use crate::io::onnx::proto::{Graph, Node, Tensor};

/// From here on `ln(1 + eˣ) − x < e⁻ˣ` is less than half the spacing of numbers as large as `x`.
const LINEAR: f32 = 15.0;

/// Leaves the choice out.
pub fn bypass(graph: &mut Graph) {
    if !graph.node.iter().any(|node| node.op_type == "Where") {
        return;
    }
    let made: HashMap<&str, &Node> =
        graph.node.iter().filter_map(|node| Some((node.output.first()?.as_str(), node))).collect();
    let constants = graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
    let choices = graph.node.iter().filter(|node| node.op_type == "Where");
    let same: HashMap<String, String> = choices.filter_map(|node| softplus(&made, &constants, node)).collect();
    graph.node.retain(|node| !matches!(&node.output[..], [output] if same.contains_key(output)));
    replace(graph, &same);
}

/// The output of such a choice, and of its softplus.
fn softplus(
    made: &HashMap<&str, &Node>,
    constants: &HashMap<&str, &Tensor>,
    choice: &Node,
) -> Option<(String, String)> {
    let ([is_above, x, softplus], [output]) = (&choice.input[..], &choice.output[..]) else { return None };
    let (comparison, operator) = (made.get(is_above.as_str())?, made.get(softplus.as_str())?);
    let threshold =
        Array::of(constants.get(comparison.input.get(1)?.as_str()).filter(|tensor| tensor.dims.is_empty())?)?;
    let [threshold] = threshold.floats()? else { return None };
    let fits = comparison.op_type == "Greater"
        && comparison.input.first() == Some(x)
        && *threshold >= LINEAR
        && operator.op_type == "Softplus"
        && operator.input.first() == Some(x);
    fits.then(|| (output.clone(), softplus.clone()))
}
