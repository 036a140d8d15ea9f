//! From a file of weights to the `network!` that fits it.

use std::collections::BTreeMap;
use std::path::Path;

use super::{StoredTensor, Weights, WeightsError};

/// The declaration of a network whose tensors are those of a safetensors or npz file, or which computes what an ONNX file
/// does (with the feature `onnx`).
///
/// Of weights alone the activations cannot be told, nor the order of layers whose names have no numbers and whose sizes fit
/// in several ways; the text says so. An ONNX file tells all, as long as it is a chain of layers that there are here.
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

/// A layer that has been recognised.
struct Found {
    name: String,
    layer: String,
    takes: usize,
    gives: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Vector,
    /// From tokens to a sequence.
    Embedding,
    /// From a sequence to a sequence, or to its last step.
    Recurrent,
}

fn of_weights(weights: &Weights) -> Result<String, String> {
    // modules by their names, with the tensors in them
    let mut modules: BTreeMap<Vec<Part>, Vec<&StoredTensor>> = BTreeMap::new();
    for tensor in weights.tensors() {
        let module = tensor.name.rsplit_once('.').map_or("", |(module, _)| module);
        modules.entry(module.split('.').map(part).collect()).or_default().push(tensor);
    }
    let mut found = Vec::new();
    for tensors in modules.values() {
        let name = tensors[0].name.rsplit_once('.').map_or("", |(module, _)| module);
        let shape = |field: &str| {
            let of_field = |tensor: &&&StoredTensor| tensor.name.rsplit('.').next() == Some(field);
            tensors.iter().find(of_field).map(|tensor| tensor.shape.as_slice())
        };
        let dense = match (shape("weight"), shape("bias"), tensors.len()) {
            (Some([gives, takes]), Some([bias]), 2) if bias == gives => {
                Some((format!("Dense<{takes}, {gives}>"), *takes, *gives, Kind::Vector))
            }
            (Some([size]), Some([bias]), 2) if size == bias => {
                Some((format!("LayerNorm<{size}>"), *size, *size, Kind::Vector))
            }
            // it takes tokens, which no layer gives
            (Some([words, gives]), None, 1) => {
                Some((format!("Embedding<{words}, {gives}>"), 0, *gives, Kind::Embedding))
            }
            _ => None,
        };
        let recurrent = || recurrent(shape("weight_ih_l0"), shape("weight_hh_l0"), shape("bias_hh_l0"), tensors.len());
        let Some((layer, takes, gives, kind)) = dense.or_else(recurrent) else {
            let shapes: Vec<String> = tensors.iter().map(|t| format!("`{}` {:?}", t.name, t.shape)).collect();
            return Err(format!("no layer has these tensors: {}", shapes.join(", ")));
        };
        found.push(Found { name: name.into(), layer, takes, gives, kind });
    }
    if found.is_empty() {
        return Err("no tensors".into());
    }
    let (mut ordered, certain) = chain(found);
    let last = ordered.iter().rposition(|found| found.kind == Kind::Recurrent);
    if let Some(last) = last.and_then(|last| ordered.get_mut(last)) {
        last.layer = last.layer.replace('>', ", return = last>");
    }
    let mut notes = vec!["// activations are not in the file: add them, as in `Dense<64, 32, Relu>`"];
    if !certain {
        notes.push("// the sizes do not tell the order of the layers: look at it");
    }
    if last.is_some() {
        notes.push("// how long sequences are is not in the file, nor which steps are given: look at both");
    }
    let renames: Vec<String> = ordered
        .iter()
        .filter(|found| field(&found.name) != found.name)
        .map(|found| format!(".rename(\"{}\", \"{}\")", found.name, field(&found.name)))
        .collect();
    let renames = if renames.is_empty() {
        String::new()
    } else {
        format!("// load it with `Weights::read(…)?{}.load(&mut network)?`\n", renames.concat())
    };
    let input = match ordered.first() {
        Some(Found { kind: Kind::Embedding, .. }) => "..32".into(),
        Some(Found { kind: Kind::Recurrent, takes, .. }) => format!("..32, {takes}"),
        first => first.map_or(0, |found| found.takes).to_string(),
    };
    let output = ordered.last().map_or(0, |found| found.gives);
    let layers = ordered.iter().map(|found| (field(&found.name), found.layer.clone()));
    Ok(format!("{}\n{renames}{}", notes.join("\n"), written(&input, &output.to_string(), layers)))
}

/// The recurrent layer that has such tensors; its kind is told by how many rows there are for each unit.
fn recurrent(
    weight_ih: Option<&[usize]>,
    weight_hh: Option<&[usize]>,
    bias: Option<&[usize]>,
    tensors: usize,
) -> Option<(String, usize, usize, Kind)> {
    let (Some([rows, takes]), Some([same, units]), Some([biases])) = (weight_ih, weight_hh, bias) else { return None };
    let kinds = [(1, "Rnn"), (3, "Gru"), (4, "Lstm")];
    let (_, name) = kinds.into_iter().find(|(gates, _)| rows == same && rows == biases && *rows == gates * units)?;
    match tensors {
        4 => Some((format!("{name}<{takes}, {units}>"), *takes, *units, Kind::Recurrent)),
        8 => Some((format!("{name}<{takes}, {units}, bidirectional = true>"), *takes, 2 * units, Kind::Recurrent)),
        _ => None,
    }
}

/// The text of a declaration.
pub(super) fn written(input: &str, output: &str, layers: impl Iterator<Item = (String, String)>) -> String {
    let lines: String = layers.map(|(name, layer)| format!("        {name}: {layer},\n")).collect();
    format!("network! {{\n    pub struct Network: [{input}] -> [{output}] {{\n{lines}    }}\n}}\n")
}

/// A part of a name, ordered as people do: numbers by value.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Word(String, u64),
}

fn part(text: &str) -> Part {
    if let Ok(number) = text.parse() {
        return Part::Number(number);
    }
    let word = text.trim_end_matches(|c: char| c.is_ascii_digit());
    Part::Word(word.into(), text[word.len()..].parse().unwrap_or(0))
}

/// The layers in an order in which each takes what the one before gives, and whether that is the only one or the order
/// of their names.
fn chain(found: Vec<Found>) -> (Vec<Found>, bool) {
    let fits = |order: &[Found]| order.windows(2).all(|pair| pair[0].gives == pair[1].takes);
    if fits(&found) {
        return (found, true);
    }
    // from the layer that takes what none gives
    let (mut rest, mut ordered, mut certain) = (found, Vec::<Found>::new(), true);
    while !rest.is_empty() {
        let follows = |layer: &Found| match ordered.last() {
            Some(last) => layer.takes == last.gives,
            None => rest.iter().all(|other| other.gives != layer.takes),
        };
        let mut next = rest.iter().enumerate().filter(|(_, layer)| follows(layer)).map(|(i, _)| i);
        let first = next.next();
        certain &= first.is_some() && next.next().is_none();
        ordered.push(rest.remove(first.unwrap_or(0)));
    }
    (ordered, certain)
}

/// A name as a field of a struct has it.
pub(super) fn field(name: &str) -> String {
    let mut field: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if field.is_empty() || field.starts_with(|c: char| c.is_ascii_digit()) {
        field.insert_str(0, "layer");
    }
    field.to_lowercase()
}
