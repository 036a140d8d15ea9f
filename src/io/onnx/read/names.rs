//! What layers are called, and operators in errors.

use std::collections::HashSet;

use super::layer::Layer;
use crate::io::declaration::field;
use crate::io::onnx::proto::Node;

/// What an operator is called in errors.
pub fn label(node: &Node) -> String {
    let name = if node.name.is_empty() { node.output.first().map_or("", String::as_str) } else { &node.name };
    format!("`{name}` ({})", node.op_type)
}

/// The name of a layer: that of the module its parameters are in, or that the operator is in, else its own.
pub fn name(node: &Node, word: &str, position: usize) -> String {
    let of_weight = node.input.get(1).and_then(|weight| weight.rsplit_once('.')).map(|(module, _)| module.to_owned());
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
}
