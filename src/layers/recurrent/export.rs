//! Recurrent layers as operators of ONNX: `RNN`, `LSTM`, `GRU`, which go over `[step, sequence, feature]`.

use super::cell::{Cell, Operator};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::memory::plain::Parameters;
use crate::shape::sequence::Sequence;
use crate::shape::{Dims, first};

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

/// The lengths of sequences `S` as the operators take them: none, if all are the same.
fn lengths<S: Sequence>(graph: &mut dyn Graph, sequences: Value) -> Result<Value, Refusal> {
    if !S::DIMS.is_at_most() {
        return Ok(Value::NONE);
    }
    let lengths = graph.known_lengths(sequences)?;
    Ok(graph.node("Cast", &[lengths], &[("to", Attribute::Int(INT32))]))
}

/// Of the cells that the crate has, only an `Rnn` with another activation has none.
const NO_OPERATOR: Refusal = Refusal::new("ONNX has no recurrent operator with its activation");

/// `TensorProto.DataType.INT32`
const INT32: i64 = 6;

/// Adds the layer over sequences `S` to a graph.
pub(super) fn export<C: Cell, S: Sequence>(
    graph: &mut dyn Graph,
    input: Value,
    weights: &[Weights],
    layout: &Layout,
) -> Result<Value, Refusal> {
    let lengths = lengths::<S>(graph, input)?;
    let numbers = (weights.len() * layout.units) as i64;
    if layout.all {
        // [step, direction, sequence, unit]
        let y = operator::<C>(graph, input, weights, layout, &[lengths])?;
        let y = graph.node("Transpose", &[y], &[("perm", Attribute::Ints(&[2, 0, 1, 3]))]);
        let shape = graph.whole_numbers("shape", Dims::SCALAR.within(3), &[0, 0, numbers]);
        Ok(graph.node("Reshape", &[y, shape], &[]))
    } else {
        // [direction, sequence, unit]
        let h = operator::<C>(graph, input, weights, layout, &[lengths])?;
        let h = graph.node("Transpose", &[h], &[("perm", Attribute::Ints(&[1, 0, 2]))]);
        let shape = graph.whole_numbers("shape", Dims::SCALAR.within(2), &[0, numbers]);
        Ok(graph.node("Reshape", &[h, shape], &[]))
    }
}

/// Adds one step `[sequence, 1, feature]` of a layer that goes forward, from a state `[sequence, number]`: gives `h`,
/// `[sequence, 1, unit]`, and the state after it.
pub(super) fn export_step<C: Cell>(
    graph: &mut dyn Graph,
    [input, state]: [Value; 2],
    weights: &Weights,
    layout: &Layout,
) -> Result<[Value; 2], Refusal> {
    let has_c = C::operator().ok_or(NO_OPERATOR)?.has_c;
    let axis = graph.whole_numbers("direction", Dims::SCALAR.within(1), &[0]);
    let h = if has_c {
        let sizes = graph.whole_numbers("units", Dims::SCALAR.within(2), &[layout.units as i64; 2]);
        graph.node("Split", &[state, sizes], &[("axis", Attribute::Int(1))])
    } else {
        state
    };
    let c = if has_c { graph.also(h, 1) } else { Value::NONE };
    let [h, c] = [h, c].map(|state| match state {
        Value::NONE => state,
        state => graph.node("Unsqueeze", &[state, axis], &[]),
    });
    let h = operator::<C>(graph, input, core::slice::from_ref(weights), layout, &[Value::NONE, h, c])?;
    let state = graph.node("Squeeze", &[h, axis], &[]);
    let state = if has_c {
        let c = graph.also(h, 2);
        let c = graph.node("Squeeze", &[c, axis], &[]);
        graph.node("Concat", &[state, c], &[("axis", Attribute::Int(1))])
    } else {
        state
    };
    Ok([graph.node("Transpose", &[h], &[("perm", Attribute::Ints(&[1, 0, 2]))]), state])
}

/// The operator over `[sequence, step, feature]`, which gives all steps or `h` after the last. `more` are the lengths and the states
/// before the first step.
fn operator<C: Cell>(
    graph: &mut dyn Graph,
    input: Value,
    weights: &[Weights],
    layout: &Layout,
    more: &[Value],
) -> Result<Value, Refusal> {
    let operator = C::operator().ok_or(NO_OPERATOR)?;
    let (ways, rows) = (weights.len().min(2), operator.order.len() * layout.units);
    let mut constant = |name: &str, dims: Dims, tensors: &[&[f32]]| {
        graph.constant_of(name, dims.within(ways), &ordered(tensors, &operator))
    };
    let [Some(one), Some(other)] = [weights.first(), weights.last()] else { return Err(NO_OPERATOR) };
    let matrix = |columns: usize| Dims::SCALAR.within(columns).within(rows);
    let w = constant("W", matrix(layout.features), first(&[one.weight_ih, other.weight_ih], ways));
    let r = constant("R", matrix(layout.units), first(&[one.weight_hh, other.weight_hh], ways));
    let biases = [one.bias_ih, one.bias_hh, other.bias_ih, other.bias_hh];
    let b = constant("B", Dims::SCALAR.within(2 * rows), first(&biases, 2 * ways));

    let by_step = graph.node("Transpose", &[input], &[("perm", Attribute::Ints(&[1, 0, 2]))]);
    let (activations, alphas) = (operator.activation.map(|name| [name; 2]), operator.alpha.map(|alpha| [alpha; 2]));
    let mut settings = [
        ("hidden_size", Attribute::Int(layout.units as i64)),
        ("direction", Attribute::Text(layout.direction)),
        match (&activations, operator.reset_after) {
            (Some(names), _) => ("activations", Attribute::Texts(first(names, ways))),
            (None, true) => ("linear_before_reset", Attribute::Int(1)),
            (None, false) => ("input_forget", Attribute::Int(0)),
        },
        ("", Attribute::Int(0)),
    ];
    if let ([.., last], Some(alphas)) = (&mut settings, &alphas) {
        *last = ("activation_alpha", Attribute::Floats(first(alphas, ways)));
    }
    let mut inputs = [by_step, w, r, b, Value::NONE, Value::NONE, Value::NONE];
    inputs.iter_mut().skip(4).zip(more).for_each(|(to, value)| *to = *value);
    let given = inputs.iter().rposition(|value| *value != Value::NONE).map_or(0, |last| last + 1);
    let settings = first(&settings, 3 + alphas.iter().len());
    Ok(graph.output_of(operator.name, first(&inputs, given), settings, usize::from(!layout.all)))
}
