//! What is written of tensors.

use std::collections::BTreeMap;

use super::layer::{Flow, Found, What};
use super::order::{Part, order, parts};
use crate::io::declaration::{field, written};
use crate::io::{StoredTensor, Weights};

/// The declaration, with notes on what the tensors do not determine.
pub fn of_weights(weights: &Weights) -> Result<String, String> {
    // modules by their names, with the tensors in them
    let mut modules: BTreeMap<Vec<Part>, Vec<&StoredTensor>> = BTreeMap::new();
    for tensor in weights.tensors() {
        modules.entry(parts(module(tensor))).or_default().push(tensor);
    }
    let mut found = Vec::new();
    for tensors in modules.values() {
        found.push(Found::of(module(tensors[0]), tensors).ok_or_else(|| {
            let shapes: Vec<String> = tensors.iter().map(|t| format!("`{}` {:?}", t.name, t.shape)).collect();
            format!("no layer has these tensors: {}", shapes.join(", "))
        })?);
    }
    let (ordered, certain) = order(found);
    let Some(first) = ordered.first() else { return Err("no tensors".into()) };
    let (input, mut layers) = (first.input(), Vec::<(String, String)>::new());
    let (mut before, mut notes) = (input, notes(&ordered, certain));
    let last_recurrent = ordered.iter().rposition(|found| matches!(found.what, What::Recurrent { .. }));
    for (i, found) in ordered.iter().enumerate() {
        let name = field(&found.name);
        let takes = match found.what {
            What::Dense { takes: size, .. } | What::Matrix { columns: size, .. } => size,
            _ => 0,
        };
        if let (Flow::Planes { channels, .. }, true) = (before, takes > 0) {
            let (between, layer) = if takes == channels { ("mean", "GlobalAvgPool") } else { ("flat", "Flatten") };
            notes.push(format!("// what makes {takes} numbers of {channels} channels before `{name}` is not in the file: {layer} is a guess"));
            layers.push((between.into(), layer.into()));
            before = Flow::Vector(takes);
        }
        if matches!(found.what, What::Matrix { .. }) && before != Flow::Steps(0) {
            notes.push(format!("// `{name}` has no bias in the file, but here: `load_partial` leaves that as it is"));
        }
        let fits = found.after(before);
        if fits.is_none() {
            before = found.input();
        }
        let mut layer = found.written(before);
        if takes > 0 && matches!(before, Flow::Steps(1..)) {
            layer = format!("TimeDistributed<{layer}>");
        }
        let gives = found.after(before).unwrap_or(before);
        before = match gives {
            Flow::Steps(size) if last_recurrent == Some(i) => {
                layer = layer.replace('>', ", return = last>");
                Flow::Vector(size)
            }
            gives => gives,
        };
        layers.push((name, layer));
    }
    let input = match first.what {
        What::Matrix { .. } => "..32".into(),
        _ => input.written(),
    };
    let notes: String = notes.iter().map(|note| format!("{note}\n")).collect();
    Ok(format!("{notes}{}", written(&input, &before.written(), &[], layers.into_iter())))
}

fn module(tensor: &StoredTensor) -> &str {
    tensor.name.rsplit_once('.').map_or("", |(module, _)| module)
}

/// What the tensors do not determine, and how the file is loaded where its names cannot be those of fields.
fn notes(ordered: &[Found], certain: bool) -> Vec<String> {
    let is = |of: fn(&What) -> bool| ordered.iter().any(|found| of(&found.what));
    let mut notes: Vec<String> =
        vec!["// activations are not in the file: add them, as in `Dense<64, 32, Relu>`".into()];
    if !certain {
        notes.push("// the sizes do not tell the order of the layers: look at it".into());
    }
    if is(|what| matches!(what, What::Recurrent { .. })) {
        notes.push("// how long sequences are is not in the file, nor which steps are given: look at both".into());
    }
    if is(|what| matches!(what, What::Convolution { .. })) {
        notes.push("// the sizes of images and signals are not in the file: write them for `_`".into());
        notes.push("// nor are strides, padding and dilation, nor pools and what else has no weights: add them".into());
    }
    let renamed = ordered.iter().filter(|found| field(&found.name) != found.name);
    let renames: String =
        renamed.map(|found| format!(".rename(\"{}\", \"{}\")", found.name, field(&found.name))).collect();
    if !renames.is_empty() {
        notes.push(format!("// load it with `Weights::read(…)?{renames}.load(&mut network)?`"));
    }
    notes
}
