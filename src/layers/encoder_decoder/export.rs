//! Decoders as operators of ONNX. Tokens are `[batch, step]`, states and what is made of them `[batch, step, number]`; one step of the
//! same is what a decoder does token by token.

use super::attention_decoder::{AttentionDecoder, Combine};
use super::copying::{CopyingDecoder, Gate};
use super::known_tokens::export_known;
use super::projection::Projection;
use crate::layer::Layer;
use crate::layer::graph::{Attribute, Graph, Refusal, Value, affine};
use crate::layers::attention::{AttentionScore, export_answer};
use crate::layers::recurrent::Cell;
use crate::memory::plain::{Parameters, flatten};
use crate::shape::sequence::{Sequence, Token};
use crate::shape::{Dims, Shape};

/// What is made of tokens, one after the other.
pub(super) struct Read {
    /// `E`
    table: Value,
    /// `x`
    vectors: Value,
    /// `s'`
    states: Value,
}

/// What is made of these and the memory.
pub(super) struct Looked {
    pub logits: Value,
    vectors: Value,
    /// `[s', c]`
    features: Value,
    /// `A`
    weights: Value,
}

const LAST: &[(&str, Attribute)] = &[("axis", Attribute::Int(-1))];

impl<const VOCAB: usize, const DIM: usize, C, const HIDDEN: usize, const M: usize, A, P, SS, MS, TS>
    AttentionDecoder<VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS>
where
    C: Cell,
    A: AttentionScore<HIDDEN, M>,
    P: Projection<VOCAB, DIM>,
    MS: Sequence<Step = [f32; M]>,
    TS: Sequence<Step = Token>,
{
    /// Step 1: the table, and the vectors.
    fn export_vectors(&self, graph: &mut dyn Graph, tokens: Value) -> Result<[Value; 2], Refusal> {
        graph.scope("embedding", |graph| {
            let known = export_known::<VOCAB>(graph, tokens);
            let table = graph.constant("weight", <[[f32; DIM]; VOCAB]>::DIMS, self.embedding.weight.as_flattened());
            Ok([table, graph.node("Gather", &[table, known], &[("axis", Attribute::Int(0))])])
        })
    }

    /// Steps 1 and 2, of targets.
    pub(super) fn export_read(&self, graph: &mut dyn Graph, target: Value) -> Result<Read, Refusal> {
        let [table, vectors] = self.export_vectors(graph, target)?;
        let states = graph.scope("recurrent", |graph| self.recurrent.export(graph, vectors))?;
        Ok(Read { table, vectors, states })
    }

    /// Steps 1 and 2, of one token of each sequence; with the state after it.
    pub(super) fn export_read_once(
        &self,
        graph: &mut dyn Graph,
        token: Value,
        state: Value,
    ) -> Result<(Read, Value), Refusal> {
        let [table, vectors] = self.export_vectors(graph, token)?;
        let [states, state] = graph.scope("recurrent", |graph| self.recurrent.export_step(graph, vectors, state))?;
        Ok((Read { table, vectors, states }, state))
    }

    /// Steps 3 to 5.
    pub(super) fn export_look(
        &self,
        graph: &mut dyn Graph,
        memory: Value,
        ready: Value,
        Read { table, vectors, states }: Read,
    ) -> Result<Looked, Refusal> {
        let [context, weights] = graph.scope("attention", |graph| {
            export_answer::<A, HIDDEN, M, MS>(&self.attention, graph, states, [memory, ready])
        })?;
        let features = graph.node("Concat", &[states, context], LAST);
        let combined = graph.scope("combine", |graph| Ok(self.combine.export(graph, features)))?;
        let logits = graph.scope("output", |graph| self.output.export(graph, table, combined))?;
        Ok(Looked { logits, vectors, features, weights })
    }
}

impl<const S: usize, const C: usize, const OUT: usize> Combine<S, C, OUT> {
    fn export(&self, graph: &mut dyn Graph, features: Value) -> Value {
        let weight = graph.constant("weight", Dims::SCALAR.within(S + C).within(OUT), flatten(&self.weight));
        let bias = graph.constant("bias", <[f32; OUT]>::DIMS, &self.bias);
        let sum = affine(graph, features, weight, bias);
        graph.node("Tanh", &[sum], &[])
    }
}

impl<const DIM: usize, const HIDDEN: usize, const M: usize> Gate<DIM, HIDDEN, M> {
    /// `g`, `[batch, step, 1]`
    fn export(&self, graph: &mut dyn Graph, features: Value, vectors: Value) -> Value {
        let mut column =
            |name: &str, numbers: &[f32]| graph.constant(name, Dims::SCALAR.within(1).within(numbers.len()), numbers);
        let (w, u) = (column("features", self.features.as_flat()), column("word", &self.word));
        let bias = graph.constant("bias", <[f32; 1]>::DIMS, &self.bias);
        let of_features = graph.node("MatMul", &[features, w], &[]);
        let of_word = graph.node("MatMul", &[vectors, u], &[]);
        let sum = graph.node("Add", &[of_features, of_word], &[]);
        let sum = graph.node("Add", &[sum, bias], &[]);
        graph.node("Sigmoid", &[sum], &[])
    }
}

impl<const OUT: usize, const VOCAB: usize, const DIM: usize, C, const HIDDEN: usize, const M: usize, A, P, SS, MS, TS>
    CopyingDecoder<OUT, VOCAB, DIM, C, HIDDEN, M, A, P, SS, MS, TS>
where
    C: Cell,
    TS: Sequence,
{
    /// `z'`
    pub(super) fn export_mix(&self, graph: &mut dyn Graph, source: Value, looked: &Looked) -> Result<Value, Refusal> {
        let gate = graph.scope("gate", |graph| Ok(self.gate.export(graph, looked.features, looked.vectors)))?;
        let words = graph.node("Softmax", &[looked.logits], LAST);
        let decoded = graph.node("Mul", &[gate, words], &[]);
        let one = graph.constant("one", Dims::SCALAR, &[1.0]);
        let rest = graph.node("Sub", &[one, gate], &[]);
        let copied = graph.node("Mul", &[rest, looked.weights], &[]);

        // room for the words of the source, and for one that there is no number for
        let room = [0, 0, 0, 0, 0, (OUT + 1).saturating_sub(VOCAB) as i64];
        let room = graph.whole_numbers("room", Dims::SCALAR.within(6), &room);
        let decoded = graph.node("Pad", &[decoded, room], &[]);
        let mut number =
            |name: &str, number: usize| graph.whole_numbers(name, Dims::SCALAR.within(1), &[number as i64]);
        let (out, from, axis) = (number("out", OUT), number("from", 0), number("axis", 2));
        let each = graph.whole_numbers("each", Dims::SCALAR.within(1), &[1]);
        let places = graph.node("Min", &[source, out], &[]);
        let places = graph.node("Unsqueeze", &[places, each], &[]);
        let shape = graph.node("Shape", &[copied], &[]);
        let places = graph.node("Expand", &[places, shape], &[]);
        let add = [("axis", Attribute::Int(2)), ("reduction", Attribute::Text("add"))];
        let mixture = graph.node("ScatterElements", &[decoded, places, copied], &add);
        let mixture = graph.node("Slice", &[mixture, from, out, axis], &[]);

        let least = graph.constant("least", Dims::SCALAR, &[f32::MIN_POSITIVE]);
        let mixture = graph.node("Max", &[mixture, least], &[]);
        Ok(graph.node("Log", &[mixture], &[]))
    }
}
