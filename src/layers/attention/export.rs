//! What attention is made of as operators of ONNX.

use super::score::AttentionScore;
use crate::layer::graph::{Attribute, Graph, Refusal, Value, affine};
use crate::layers::Dense;
use crate::shape::Dims;
use crate::shape::sequence::Sequence;

/// A dense layer, but for its activation, over the steps of sequences.
pub(crate) fn export_rows<const IN: usize, const OUT: usize, A>(
    dense: &Dense<IN, OUT, A>,
    graph: &mut dyn Graph,
    x: Value,
) -> Value {
    let weight = graph.constant("weight", Dims::SCALAR.within(IN).within(OUT), dense.weight.as_flattened());
    let bias = graph.constant("bias", Dims::SCALAR.within(OUT), &dense.bias);
    affine(graph, x, weight, bias)
}

/// Scores of which those behind the end of the memory are so low that they weigh nothing. `axes` are where [`there`](Graph::there),
/// `[batch, steps]`, lacks dimensions of the scores.
pub(super) fn only_there(graph: &mut dyn Graph, scores: Value, there: Value, axes: &[i64]) -> Value {
    let axes = graph.whole_numbers("queries", Dims::SCALAR.within(axes.len()), axes);
    let there = graph.node("Unsqueeze", &[there, axes], &[]);
    let hidden = graph.constant("hidden", Dims::SCALAR, &[f32::NEG_INFINITY]);
    graph.node("Where", &[there, scores, hidden], &[])
}

/// What queries `[batch, query, number]` are answered by a memory `MS`, `[batch, step, number]`, of which the keys have been made: the
/// answers `[batch, query, number]`, and what each step weighed, `[batch, query, step]`.
pub(crate) fn export_answer<C: AttentionScore<Q, M>, const Q: usize, const M: usize, MS: Sequence>(
    score: &C,
    graph: &mut dyn Graph,
    queries: Value,
    [memory, keys]: [Value; 2],
) -> Result<[Value; 2], Refusal> {
    let mut scores = score.export_scores(graph, queries, keys)?;
    if C::SCALE != 1.0 {
        let scale = graph.constant("scale", Dims::SCALAR, &[C::SCALE]);
        scores = graph.node("Mul", &[scores, scale], &[]);
    }
    if MS::DIMS.is_at_most() {
        let there = graph.known_steps(memory)?;
        scores = only_there(graph, scores, there, &[1]);
    }
    let weights = graph.node("Softmax", &[scores], &[("axis", Attribute::Int(-1))]);
    Ok([graph.node("MatMul", &[weights, memory], &[]), weights])
}
