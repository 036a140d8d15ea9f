//! From an ONNX file to a `network!`, for chains of operators that there are layers for.

use prost::Message;

use super::proto::{Graph, Model, Node, Tensor};
use crate::interchange::declare::{field, written};

/// The declaration, or what in the file there is no layer for.
pub(in crate::interchange) fn declare(bytes: &[u8]) -> Result<String, String> {
    let model = Model::decode(bytes).map_err(|cause| format!("not an ONNX file, or a damaged one: {cause}"))?;
    let graph = model.graph.ok_or("no graph")?;
    let constant = |name: &String| graph.initializer.iter().any(|tensor| tensor.name == *name);
    let mut flows = graph.input.iter().filter(|input| !constant(&input.name));
    let (Some(input), None) = (flows.next(), flows.next()) else {
        return Err("a graph with one input is expected".into());
    };
    let [output] = &graph.output[..] else {
        return Err("a graph with one output is expected".into());
    };
    let mut layers: Vec<(String, String)> = Vec::new();
    let mut value = input.name.clone();
    let mut nodes = graph.node.iter().peekable();
    while let Some(node) = nodes.next() {
        if node.input.first() != Some(&value) || node.output.is_empty() {
            return Err(format!("`{}` does not follow on what comes before it: only chains are declared", node.name));
        }
        // Silu is two operators
        let silu = node.op_type == "Sigmoid"
            && nodes.peek().is_some_and(|next| {
                next.op_type == "Mul" && next.input.contains(&value) && next.input.contains(&node.output[0])
            });
        let last = if silu { nodes.next().unwrap_or(node) } else { node };
        let name = name_of(node, layers.len());
        match layer(&graph, node, silu)? {
            Found::None => {}
            Found::Own(layer) => layers.push((name, layer)),
            Found::Activation(activation) => match layers.last_mut() {
                // the activation of the dense layer before it
                Some((_, layer)) if layer.starts_with("Dense<") && layer.matches(',').count() == 1 => {
                    layer.truncate(layer.len() - 1);
                    *layer += &format!(", {activation}>");
                }
                _ => layers.push((format!("{}{}", field(activation), layers.len()), activation.into())),
            },
        }
        value = last.output.first().cloned().ok_or("an operator without output")?;
    }
    if value != output.name {
        return Err("the last operator does not give the graph's output".into());
    }
    for i in 0..layers.len() {
        if layers[..i].iter().any(|(name, _)| *name == layers[i].0) {
            layers[i].0 += &format!("_{i}");
        }
    }
    Ok(written(&sizes(input), &sizes(output), layers.into_iter()))
}

/// What a node is here.
enum Found {
    Own(String),
    Activation(&'static str),
    /// Nothing is computed.
    None,
}

fn layer(graph: &Graph, node: &Node, silu: bool) -> Result<Found, String> {
    let parameter = |position: usize| -> Result<&Tensor, String> {
        let name = node.input.get(position).ok_or_else(|| format!("`{}` lacks an input", node.name))?;
        let found = graph.initializer.iter().find(|tensor| tensor.name == *name);
        found.ok_or_else(|| format!("`{name}` is no constant"))
    };
    let int = |name: &str, default: i64| {
        node.attribute
            .iter()
            .find(|attribute| attribute.name == name)
            .and_then(|attribute| attribute.i)
            .unwrap_or(default)
    };
    let float = |name: &str, default: f32| {
        node.attribute
            .iter()
            .find(|attribute| attribute.name == name)
            .and_then(|attribute| attribute.f)
            .unwrap_or(default)
    };
    let refused = |what: &str| Err(format!("`{}` ({}) {what}", node.name, node.op_type));
    Ok(match node.op_type.as_str() {
        "Gemm" if float("alpha", 1.0) != 1.0 || float("beta", 1.0) != 1.0 || int("transA", 0) != 0 => {
            return refused("scales or transposes what comes in");
        }
        "Gemm" => match (&parameter(1)?.dims[..], int("transB", 0)) {
            ([gives, takes], 1) | ([takes, gives], 0) => Found::Own(format!("Dense<{takes}, {gives}>")),
            _ => return refused("has no matrix of weights"),
        },
        "LayerNormalization" => match parameter(1)?.dims[..] {
            [size] if int("axis", -1) == -1 => Found::Own(format!("LayerNorm<{size}>")),
            _ => return refused("normalises over several dimensions"),
        },
        "Flatten" if int("axis", 1) == 1 => Found::Own("Flatten".into()),
        "Softmax" if int("axis", -1) == -1 => Found::Activation("Softmax"),
        "LeakyRelu" if float("alpha", 0.01) == 0.01 => Found::Activation("LeakyRelu"),
        "Sigmoid" if silu => Found::Activation("Silu"),
        "Relu" => Found::Activation("Relu"),
        "Sigmoid" => Found::Activation("Sigmoid"),
        "Tanh" => Found::Activation("Tanh"),
        "Gelu" => Found::Activation("Gelu"),
        "Dropout" | "Identity" => Found::None,
        _ => return refused("is no layer here"),
    })
}

/// The name of a layer: that of the module its parameters are in, else that of its operator.
fn name_of(node: &Node, position: usize) -> String {
    match node.input.get(1).and_then(|weight| weight.rsplit_once('.')) {
        Some((module, _)) => field(module),
        None => format!("{}{position}", field(&node.op_type)),
    }
}

/// The sizes behind the batch.
fn sizes(value: &super::proto::ValueInfo) -> String {
    let shape = value.of.as_ref().and_then(|of| of.tensor.as_ref()).and_then(|tensor| tensor.shape.as_ref());
    let sizes = shape.into_iter().flat_map(|shape| shape.dim.iter().skip(1));
    let text = |dimension: &super::proto::Dimension| dimension.value.map_or("_".into(), |value| value.to_string());
    sizes.map(text).collect::<Vec<String>>().join(", ")
}
