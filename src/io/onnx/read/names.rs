//! What layers are called, and operators in errors.

use std::collections::HashSet;

use super::known::Known;
use super::layer::Layer;
use crate::io::declaration::field;
use crate::io::onnx::proto::Node;

/// What an operator is called in errors.
pub fn label(node: &Node) -> String {
    let name = if node.name.is_empty() { node.output.first().map_or("", String::as_str) } else { &node.name };
    format!("`{name}` ({})", node.op_type)
}

/// The name of a layer: that of the module its parameters are in, or that the operator is in, else its own.
pub fn name(node: &Node, word: &str, position: usize, known: &Known) -> String {
    let weight = node.input.get(1).filter(|weight| known.weight(weight).is_some());
    let of_weight = weight.and_then(|weight| weight.rsplit_once('.')).map(|(module, _)| module.to_owned());
    let module = of_weight.or_else(|| module(&node.name)).map(|module| field(&module));
    module.unwrap_or_else(|| format!("{}{position}", field(word)))
}

/// The module that an operator is in: `layer1.0.conv` of `/layer1/layer1.0/conv/Conv`.
fn module(name: &str) -> Option<String> {
    let (path, _) = name.rsplit_once('/')?;
    let mut module = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        match part.strip_prefix(module.as_str()) {
            Some(rest) if rest.starts_with('.') => module = part.into(),
            _ if module.is_empty() => module = part.into(),
            _ => module += &format!(".{part}"),
        }
    }
    (!module.is_empty()).then_some(module)
}

/// Lets no two layers have the same name.
pub fn keep_apart(layers: &mut [Layer]) {
    let mut names = HashSet::new();
    for (i, layer) in layers.iter_mut().enumerate() {
        while !names.insert(layer.name.clone()) {
            layer.name = format!("{}_{i}", layer.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_those_of_the_tool_that_wrote_the_file() {
        assert_eq!(module("/conv1/Conv").as_deref(), Some("conv1"));
        assert_eq!(module("/layer1/layer1.0/conv/Conv").as_deref(), Some("layer1.0.conv"));
        assert_eq!(module("inner/1/Tanh_5").as_deref(), Some("inner.1"));
        assert_eq!(module("/Relu").as_deref(), None);
        assert_eq!(module("node_Conv_29").as_deref(), None);
    }

    #[test]
    fn layers_are_called_after_their_weights_not_after_what_they_take() {
        let inputs = |inputs: [&str; 2]| inputs.map(Into::into).to_vec();
        let weight = crate::io::onnx::proto::Tensor { name: "features.0.weight".into(), ..Default::default() };
        let (tensors, branch) = ([weight], "/features/features.3/expand/Relu_output_0");
        let known = Known::of(&tensors);
        let conv = Node { name: "node_Conv_1".into(), input: inputs(["x", "features.0.weight"]), ..Node::default() };
        assert_eq!(name(&conv, "Conv2d", 2, &known), "features_0");
        let concat = Node { name: "/features/features.3/Concat".into(), input: inputs([branch; 2]), ..Node::default() };
        assert_eq!(name(&concat, "Concat", 2, &known), "features_3");
        assert_eq!(name(&Node { name: String::new(), ..concat }, "Concat", 2, &known), "concat2");
    }
}
