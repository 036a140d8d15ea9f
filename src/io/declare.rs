//! From a file of weights to the `network!` that fits it.
//!
//! | file | what |
//! |---|---|
//! | `of_weights` | what is written of tensors |
//! | `layer` | the layer that has such tensors |
//! | `order` | in which order layers fit together |
//!
//! What an ONNX file says is read in `onnx/read`.

mod layer;
mod of_weights;
mod order;

use std::path::Path;

use of_weights::of_weights;

use super::{Weights, WeightsError};

/// The declaration of a network whose tensors are those of a safetensors or npz file, or which computes what an ONNX file
/// does (with the feature `onnx`).
///
/// Of weights alone the activations cannot be told, nor what else has none, such as pools, nor the order of layers whose names have no
/// numbers and whose sizes fit in several ways; the text says so, and has `_` for what is to be filled in. An ONNX file tells all, as
/// long as it is made of layers that there are here; [`load`](crate::NetworkFiles::load) then takes the weights from it.
///
/// # Errors
///
/// When the file cannot be read, is damaged, or holds what no layer here has.
pub fn declare(path: impl AsRef<Path>) -> Result<String, WeightsError> {
    let path = path.as_ref();
    let file = path.display().to_string();
    #[cfg(feature = "onnx")]
    if path.extension().is_some_and(|extension| extension == "onnx") {
        let bytes = std::fs::read(path).map_err(|cause| WeightsError::Read { file: file.clone(), cause })?;
        return super::onnx::declare(&bytes).map_err(|error| error.of_file(file));
    }
    of_weights(&Weights::read(path)?).map_err(|what| WeightsError::damaged(&file, what))
}

/// The text of a declaration.
pub(super) fn written(input: &str, output: &str, layers: impl Iterator<Item = (String, String)>) -> String {
    let lines: String = layers.map(|(name, layer)| wrapped(8, &format!("{name}: {layer}"))).collect();
    format!("network! {{\n    pub struct Network: [{input}] -> [{output}] {{\n{lines}    }}\n}}\n")
}

/// A layer, or an argument of one, as a line; with its own arguments on lines of their own, if it is too long.
fn wrapped(indent: usize, text: &str) -> String {
    const WIDTH: usize = 110;
    let space = " ".repeat(indent);
    let opens = text.find(['<', '[']).filter(|_| indent + text.len() > WIDTH && indent < WIDTH / 2);
    let Some((head, inner)) = opens.map(|opens| text.split_at(opens + 1)) else {
        return format!("{space}{text},\n");
    };
    let (inner, end) = inner.split_at(inner.len().saturating_sub(1));
    let (mut depth, mut from, mut lines) = (0_usize, 0, String::new());
    for (place, letter) in inner.char_indices() {
        match letter {
            '<' | '[' | '(' => depth += 1,
            '>' | ']' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                lines += &wrapped(indent + 4, inner[from..place].trim());
                from = place + 1;
            }
            _ => {}
        }
    }
    lines += &wrapped(indent + 4, inner[from..].trim());
    format!("{space}{head}\n{lines}{space}{end},\n")
}

/// A name as a field of a struct has it.
pub(super) fn field(name: &str) -> String {
    let mut field: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if field.is_empty() || field.starts_with(|c: char| c.is_ascii_digit()) {
        field.insert_str(0, "layer");
    }
    field.make_ascii_lowercase();
    if RESERVED.contains(&field.as_str()) {
        field.push('_');
    }
    field
}

/// Words of Rust that modules may have for names, but fields not.
const RESERVED: &[&str] = &[
    "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];
