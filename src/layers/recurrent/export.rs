//! Recurrent layers as operators of ONNX: `RNN`, `LSTM`, `GRU`, which go over `[step, sequence, feature]`.

use super::cell::{Cell, Operator};
use crate::graph::{Attribute, Graph, Value};
use crate::plain::Parameters;
use crate::shape::Dims;

/// The parameters of one direction, as PyTorch has them.
pub(super) struct Weights<'a> {
    pub weight_ih: &'a [f32],
    pub weight_hh: &'a [f32],
    pub bias_ih: &'a [f32],
    pub bias_hh: &'a [f32],
}

impl<'a> Weights<'a> {
    pub fn of(
        weight_ih: &'a impl Parameters,
        weight_hh: &'a impl Parameters,
        bias_ih: &'a impl Parameters,
        bias_hh: &'a impl Parameters,
    ) -> Self {
        Weights {
            weight_ih: weight_ih.as_flat(),
            weight_hh: weight_hh.as_flat(),
            bias_ih: bias_ih.as_flat(),
            bias_hh: bias_hh.as_flat(),
        }
    }
}

/// What is exported besides the weights.
pub(super) struct Layout {
    pub features: usize,
    pub units: usize,
    /// "forward", "reverse", "bidirectional"
    pub direction: &'static str,
    /// Whether all steps are given.
    pub all: bool,
}

/// The gates of each of these tensors, in the order that ONNX has them.
fn ordered<'a>(tensors: &[&'a [f32]], operator: &Operator) -> [&'a [f32]; 16] {
    let gates = operator.order.len();
    let parts = tensors.iter().flat_map(|tensor| {
        let size = tensor.len().checked_div(gates).unwrap_or(0);
        operator.order.iter().map(move |gate| tensor.get(gate * size..(gate + 1) * size).unwrap_or_default())
    });
    let mut ordered: [&[f32]; 16] = [&[]; 16]; // four gates, two biases, two directions
    ordered.iter_mut().zip(parts).for_each(|(place, part)| *place = part);
    ordered
}

/// Adds the layer to a graph; nothing if there is no such operator.
pub(super) fn export<C: Cell>(
    graph: &mut dyn Graph,
    input: Value,
    weights: &[Weights],
    layout: &Layout,
) -> Option<Value> {
    let operator = C::operator()?;
    let (ways, rows) = (weights.len(), operator.order.len() * layout.units);
    let mut constant = |name: &str, dims: Dims, tensors: &[&[f32]]| {
        graph.constant_of(name, dims.within(ways), &ordered(tensors, &operator))
    };
    let [first, second] = [weights.first()?, weights.last()?];
    let matrix = |columns: usize| Dims::SCALAR.within(columns).within(rows);
    let w = constant("W", matrix(layout.features), &[first.weight_ih, second.weight_ih][..ways.min(2)]);
    let r = constant("R", matrix(layout.units), &[first.weight_hh, second.weight_hh][..ways.min(2)]);
    let biases = [first.bias_ih, first.bias_hh, second.bias_ih, second.bias_hh];
    let b = constant("B", Dims::SCALAR.within(2 * rows), &biases[..(2 * ways).min(4)]);

    let by_step = graph.node("Transpose", &[input], &[("perm", Attribute::Ints(&[1, 0, 2]))]);
    let activations = operator.activation.map(|name| [name; 2]);
    let settings = [
        ("hidden_size", Attribute::Int(layout.units as i64)),
        ("direction", Attribute::Text(layout.direction)),
        match (&activations, operator.reset_after) {
            (Some(names), _) => ("activations", Attribute::Texts(&names[..ways.min(2)])),
            (None, true) => ("linear_before_reset", Attribute::Int(1)),
            (None, false) => ("input_forget", Attribute::Int(0)),
        },
    ];
    let numbers = (ways * layout.units) as i64;
    if layout.all {
        // [step, direction, sequence, unit]
        let y = graph.node(operator.name, &[by_step, w, r, b], &settings);
        let y = graph.node("Transpose", &[y], &[("perm", Attribute::Ints(&[2, 0, 1, 3]))]);
        let shape = graph.whole_numbers("shape", Dims::SCALAR.within(3), &[0, 0, numbers]);
        Some(graph.node("Reshape", &[y, shape], &[]))
    } else {
        // [direction, sequence, unit]
        let h = graph.output_of(operator.name, &[by_step, w, r, b], &settings, 1);
        let h = graph.node("Transpose", &[h], &[("perm", Attribute::Ints(&[1, 0, 2]))]);
        let shape = graph.whole_numbers("shape", Dims::SCALAR.within(2), &[0, numbers]);
        Some(graph.node("Reshape", &[h, shape], &[]))
    }
}
