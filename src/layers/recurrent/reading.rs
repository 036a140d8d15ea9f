//! Recurrent layers from operators of ONNX, which go over `[step, sequence, feature]` and give the steps of each direction,
//! `[step, direction, sequence, unit]`, and the states in which they end, `[direction, sequence, unit]`.

use super::cell::{Cell, Operator};
use super::returns::{Direction, Forward, Reverse};
use super::{GruCell, LstmCell, RnnCell};
use crate::layer::import::{Declared, Found, Node, Numbers, Reader, Reading};

pub const READERS: &[Reader] = &[("LSTM", lstm), ("GRU", gru), ("RNN", rnn)];

fn lstm(node: &dyn Node) -> Reading {
    if node.int("input_forget").unwrap_or(0) != 0 || node.input(7).is_some() {
        return Err("has gates that look at the state of the cell".into());
    }
    check_activations(node, &["sigmoid", "tanh", "tanh"])?;
    recurrent(node, "Lstm", None, LstmCell::operator())
}

fn gru(node: &dyn Node) -> Reading {
    if node.int("linear_before_reset").unwrap_or(0) == 0 {
        return Err(
            "resets the state before its product with the weights, where `Gru` resets the product, as PyTorch does"
                .into(),
        );
    }
    check_activations(node, &["sigmoid", "tanh"])?;
    recurrent(node, "Gru", None, GruCell::operator())
}

fn rnn(node: &dyn Node) -> Reading {
    let relu = node.texts("activations").first().is_some_and(|name| name.eq_ignore_ascii_case("relu"));
    check_activations(node, if relu { &["relu"] } else { &["tanh"] })?;
    recurrent(node, "Rnn", relu.then_some("Relu"), RnnCell::<crate::Tanh>::operator())
}

/// Each direction must have these activations, which are those of the operator where none are written.
fn check_activations(node: &dyn Node, own: &[&str]) -> Result<(), String> {
    let found = node.texts("activations");
    if found.iter().zip(own.iter().cycle()).any(|(found, own)| !found.eq_ignore_ascii_case(own)) {
        return Err(format!("has the activations {}", found.join(", ")));
    }
    if node.float("clip").is_some() {
        return Err("clips what goes into its activations".into());
    }
    Ok(())
}

fn recurrent(node: &dyn Node, word: &'static str, activation: Option<&str>, operator: Option<Operator>) -> Reading {
    let gates = operator.ok_or("has an activation that no layer has")?.order;
    if node.order() != [1, 0, 2] || node.int("layout").unwrap_or(0) != 0 {
        return Err("does not go over the steps of each sequence: its input is `[step, sequence, feature]`".into());
    }
    if node.input(4).is_some() {
        return Err("takes the lengths of the sequences".into());
    }
    for state in [5, 6] {
        if node.input(state).is_some_and(|name| !node.is_all(name, 0.0)) {
            return Err("begins with a state that is not zero".into());
        }
    }
    let [steps, features] = node.shape() else { return Err("takes what is no sequence".into()) };
    let directions = match node.text("direction").unwrap_or("forward") {
        "forward" => 1,
        "bidirectional" => 2,
        other => return Err(format!("goes in the direction `{other}`")),
    };
    let (weights, units) = weights(node, directions, gates, *features)?;
    let last = match [0, 1].map(|output| node.is_taken(output)) {
        [true, true] => return Err("gives all steps and the last state, of which one is taken here".into()),
        [_, last] => last,
    };
    if node.is_taken(2) {
        return Err("gives the state of its cells".into());
    }
    let settings = [(directions == 2).then_some("bidirectional = true"), last.then_some("return = last")];
    let sizes = [features.to_string(), units.to_string()];
    let layer = Declared {
        word,
        arguments: sizes.into_iter().chain(activation.map(str::to_owned)).collect(),
        settings: settings.into_iter().flatten().map(str::to_owned).collect(),
        tensors: weights,
        ..Declared::default()
    };
    let (rows, each) = (directions * units, vec![directions, units]);
    if last {
        return Found::ordered(layer, vec![rows], each, vec![1, 0, 2], 1);
    }
    Found::ordered(layer, vec![*steps, rows], [vec![*steps], each].concat(), vec![1, 2, 0, 3], 0)
}

type Tensors = Vec<(&'static str, Numbers)>;

/// The parameters of the directions, with the gates as PyTorch has them, and the number of units.
fn weights(node: &dyn Node, directions: usize, gates: &[usize], features: usize) -> Result<(Tensors, usize), String> {
    let [w, r] = [node.tensor(1)?, node.tensor(2)?];
    let units = *r.dims.last().ok_or("has no weights")?;
    let rows = gates.len().checked_mul(units).ok_or("has too many units")?;
    let fits = w.dims == [directions, rows, features] && r.dims == [directions, rows, units];
    let bias = node.tensor_if_any(3)?;
    if !fits || bias.as_ref().is_some_and(|bias| bias.dims != [directions, rows.saturating_mul(2)]) {
        return Err(format!("has weights of the shapes {:?} and {:?} for {features} features", w.dims, r.dims));
    }
    let values =
        |name: &str| node.values(name).ok_or_else(|| format!("takes `{name}`, whose numbers are not known here"));
    let (w, r) = (values(&w.name)?, values(&r.name)?);
    let b = bias.map_or(Ok(vec![0.0; directions * 2 * rows]), |bias| values(&bias.name))?;
    let mut tensors = Vec::new();
    for (i, names) in [Forward::NAMES, Reverse::NAMES].into_iter().take(directions).enumerate() {
        let part = |all: &[f32], parts: usize, part: usize, columns: usize| {
            let size = all.len() / parts.max(1);
            pytorch_gates(&all[part * size..(part + 1) * size], gates, units * columns)
        };
        tensors.push((names[0], Numbers::Values(vec![rows, features], part(&w, directions, i, features))));
        tensors.push((names[1], Numbers::Values(vec![rows, units], part(&r, directions, i, units))));
        for (j, name) in names[2..].iter().enumerate() {
            tensors.push((name, Numbers::Values(vec![rows], part(&b, 2 * directions, 2 * i + j, 1))));
        }
    }
    Ok((tensors, units))
}

/// Blocks of `size` numbers for each gate, of which `order` says where each stands in PyTorch's order.
fn pytorch_gates(numbers: &[f32], order: &[usize], size: usize) -> Vec<f32> {
    let mut found = vec![0.0; numbers.len()];
    for (block, gate) in numbers.chunks_exact(size.max(1)).zip(order) {
        found[gate * size..(gate + 1) * size].copy_from_slice(block);
    }
    found
}
