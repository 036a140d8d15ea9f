//! Multi-head attention of a sequence to itself (Vaswani et al., "Attention is all you need", 2017).
//!
//! `q = W_q·x + b_q`, `k = W_k·x + b_k`, `v = W_v·x + b_v`, each in heads of `D = MODEL / HEADS` numbers; of each head
//! `c[i] = Σ A[i][j]·v[j]` with `A[i] = softmax(q[i]·k / √D)`; and `y = W_o·c + b_o` of the heads side by side.
//!
//! | | shape |
//! |---|---|
//! | `x`, `y` | `[T][MODEL]` |
//! | `W_q`, `W_k`, `W_v`, one below the other | `[3·MODEL][MODEL]`, PyTorch's `in_proj_weight` |
//! | `W_o` | `[MODEL][MODEL]` |
//!
//! Backward, with `γ = W_oᵀ·∂loss/∂y`, of each head: `∂loss/∂A[i][j] = γ[i]·v[j]`, `∂loss/∂v[j] = Σ A[i][j]·γ[i]`; the scores as `weights`
//! has it give `δ`, with which `∂loss/∂q[i] = Σ δ[i][j]·k[j]` and `∂loss/∂k[j] = Σ δ[i][j]·q[i]`. The rest is as in dense layers.

use core::marker::PhantomData;
use core::slice::{from_mut, from_ref};

use rand::Rng;

use super::export::{export_rows, only_there};
use super::query::{AttentionWeights, rows, rows_mut};
use super::score::one_by_root;
use super::weights::{Mask, Scores};
use crate::kernel::rows::{
    Rows, RowsMut, add_bias_gradient, add_weight_gradient, input_gradient, product, product_alone,
};
use crate::layer::graph::{Attribute, Graph, Refusal, Value, affine, transposed};
use crate::layer::init::Init;
use crate::layer::{Gradient, Layer, Pass};
use crate::layers::Dense;
use crate::memory::layout::{Field, Layout};
use crate::memory::plain::{Parameters, Plain, clear};
use crate::shape::sequence::Sequence;
use crate::shape::{Dims, first_mut};

/// Attention of each step of a sequence `S` of `[f32; MODEL]` to all steps, or if `CAUSAL`, to those up to itself, by `HEADS` heads.
///
/// In `network!`: `MultiHeadAttention<64, 4>`, with `causal = true` where a step must not see what comes later. The heads divide the
/// features. The parameters have the names and shapes of PyTorch's `nn.MultiheadAttention(64, 4, batch_first=True)`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate, layout = Self::LAYOUT_OF_TENSORS)]
#[repr(C)]
pub struct MultiHeadAttention<const MODEL: usize, const HEADS: usize, S, const CAUSAL: bool = false> {
    /// `W_q`, `W_k` and `W_v`.
    pub in_proj_weight: [[[f32; MODEL]; MODEL]; 3],
    /// `b_q`, `b_k` and `b_v`.
    pub in_proj_bias: [[f32; MODEL]; 3],
    /// `W_o` and `b_o`.
    pub out_proj: Dense<MODEL, MODEL>,
    sequence: PhantomData<S>,
}

/// What is remembered of one sequence.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Heads<const MODEL: usize, const HEADS: usize, S: Sequence> {
    /// `q`, `k` and `v` of each step.
    projected: S::Buffer<[[f32; MODEL]; 3]>,
    /// `A` of each head.
    pub weights: [AttentionWeights<S, S>; HEADS],
    /// `c` of each step, the heads side by side.
    contexts: S::Buffer<[f32; MODEL]>,
}

crate::memory::plain::opaque_debug! { [const MODEL: usize, const HEADS: usize, S: Sequence] Heads, Heads<MODEL, HEADS, S> }

/// What backward borrows for one sequence: room for derivatives.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct HeadsBuffer<const MODEL: usize, S: Sequence> {
    projected: S::Buffer<[[f32; MODEL]; 3]>,
    weights: AttentionWeights<S, S>,
    contexts: S::Buffer<[f32; MODEL]>,
}

crate::memory::plain::opaque_debug! { [const MODEL: usize, S: Sequence] HeadsBuffer, HeadsBuffer<MODEL, S> }

/// What backward needs of up to `B` sequences.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct MultiHeadTape<const MODEL: usize, const HEADS: usize, S: Sequence, const B: usize> {
    /// Of each sequence.
    pub heads: [Heads<MODEL, HEADS, S>; B],
    buffer: HeadsBuffer<MODEL, S>,
}

crate::memory::plain::opaque_debug! { [const MODEL: usize, const HEADS: usize, S: Sequence, const B: usize] MultiHeadTape, MultiHeadTape<MODEL, HEADS, S, B> }

impl<const MODEL: usize, const HEADS: usize, S, const CAUSAL: bool> MultiHeadAttention<MODEL, HEADS, S, CAUSAL> {
    const NUMBERS: Layout = Layout::Array(3 * MODEL, &Layout::Number);
    const ROW: Layout = Layout::Array(MODEL, &Layout::Number);
    const MATRIX: Layout = Layout::Array(3 * MODEL, &Self::ROW);
    const LAYOUT_OF_TENSORS: Layout = Layout::Fields(&[
        Field { name: "in_proj_weight", layout: &Self::MATRIX },
        Field { name: "in_proj_bias", layout: &Self::NUMBERS },
        Field { name: "out_proj", layout: &<Dense<MODEL, MODEL> as Parameters>::LAYOUT },
    ]);

    /// The numbers of a head.
    const SIZE: usize = {
        assert!(
            HEADS > 0 && MODEL > 0 && MODEL.is_multiple_of(HEADS),
            "the heads of a `MultiHeadAttention` divide its features"
        );
        MODEL / HEADS
    };

    /// The first number of a head in what is projected: in `q`, `k` or `v`, which are parts 0, 1 and 2.
    const fn column(part: usize, head: usize) -> usize {
        part * MODEL + head * Self::SIZE
    }

    /// `q`, `k` or `v` of a head, to write.
    fn part(projected: &mut [[[f32; MODEL]; 3]], part: usize, head: usize) -> RowsMut<'_> {
        RowsMut::of(projected).columns(Self::column(part, head), Self::SIZE)
    }

    fn weight(&self) -> Rows<'_> {
        Rows::new(self.in_proj_weight.as_flattened().as_flattened(), MODEL)
    }

    fn scores(keys: usize) -> Scores
    where
        S: Sequence,
    {
        let mask = if CAUSAL { Mask::Causal } else { Mask::Full };
        Scores { stride: S::STEPS, keys, scale: const { one_by_root(Self::SIZE) }, mask }
    }
}

impl<const MODEL: usize, const HEADS: usize, S, const CAUSAL: bool> MultiHeadAttention<MODEL, HEADS, S, CAUSAL>
where
    S: Sequence<Step = [f32; MODEL]>,
{
    /// One sequence forward.
    pub(crate) fn attend(&self, x: &[[f32; MODEL]], heads: &mut Heads<MODEL, HEADS, S>, y: &mut [[f32; MODEL]]) {
        let Heads { projected, weights, contexts } = heads;
        let projected = first_mut(S::all_mut(from_mut(projected)), x.len());
        product(Rows::of(x), self.weight(), self.in_proj_bias.as_flattened(), RowsMut::of(&mut *projected));
        let projected = Rows::of(projected);
        let contexts = first_mut(S::all_mut(from_mut(contexts)), x.len());
        for (head, weights) in weights.iter_mut().enumerate() {
            let [q, k, v] = [0, 1, 2].map(|part| projected.columns(Self::column(part, head), Self::SIZE));
            let numbers = rows_mut::<S, S>(weights, x.len());
            product_alone(q, k, RowsMut::new(numbers, S::STEPS).columns(0, x.len()));
            Self::scores(x.len()).normalize(numbers);
            let weights = Rows::new(numbers, S::STEPS).columns(0, x.len());
            let context = RowsMut::of(&mut *contexts).columns(head * Self::SIZE, Self::SIZE);
            input_gradient(weights, v, context, false); // the same product: A·v
        }
        self.out_proj.infer::<1>(contexts, y, &mut ());
    }

    /// One sequence back: adds to `dx`.
    pub(crate) fn attend_back(
        &self,
        x: &[[f32; MODEL]],
        heads: &mut Heads<MODEL, HEADS, S>,
        buffer: &mut HeadsBuffer<MODEL, S>,
        dy: &mut [[f32; MODEL]],
        dx: &mut [[f32; MODEL]],
        gradient: &mut Self,
    ) {
        let length = x.len();
        let contexts = first_mut(S::all_mut(from_mut(&mut heads.contexts)), length);
        let d_contexts = first_mut(S::all_mut(from_mut(&mut buffer.contexts)), length);
        self.out_proj.backward::<1>(contexts, &[], &mut (), dy, Some(&mut *d_contexts), &mut gradient.out_proj);
        let d_contexts = Rows::of(d_contexts);

        let projected = Rows::of(S::all(from_ref(&heads.projected))).rows(0, length);
        let d_projected = first_mut(S::all_mut(from_mut(&mut buffer.projected)), length);
        d_projected.iter_mut().for_each(clear);
        for (head, weights) in heads.weights.iter().enumerate() {
            let [q, k, v] = [0, 1, 2].map(|part| projected.columns(Self::column(part, head), Self::SIZE));
            let d_context = d_contexts.columns(head * Self::SIZE, Self::SIZE);
            let (weights, deltas) = (rows::<S, S>(weights, length), rows_mut::<S, S>(&mut buffer.weights, length));
            product_alone(d_context, v, RowsMut::new(deltas, S::STEPS).columns(0, length));
            Self::scores(length).normalize_back(weights, deltas);
            let (weights, deltas) = (Rows::new(weights, S::STEPS), Rows::new(deltas, S::STEPS));
            let (weights, deltas) = (weights.columns(0, length), deltas.columns(0, length));
            input_gradient(deltas, k, Self::part(d_projected, 0, head), false);
            add_weight_gradient(deltas, q, Self::part(d_projected, 1, head));
            add_weight_gradient(weights, d_context, Self::part(d_projected, 2, head));
        }
        let d_projected = Rows::of(d_projected);
        let d_weight = gradient.in_proj_weight.as_flattened_mut().as_flattened_mut();
        add_weight_gradient(d_projected, Rows::of(x), RowsMut::new(d_weight, MODEL));
        add_bias_gradient(d_projected, gradient.in_proj_bias.as_flattened_mut());
        input_gradient(d_projected, self.weight(), RowsMut::of(dx), true);
    }
}

#[diagnostic::do_not_recommend]
impl<const MODEL: usize, const HEADS: usize, S, const CAUSAL: bool> Layer
    for MultiHeadAttention<MODEL, HEADS, S, CAUSAL>
where
    S: Sequence<Step = [f32; MODEL]>,
{
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = Heads<MODEL, HEADS, S>;
    type Tape<const B: usize> = MultiHeadTape<MODEL, HEADS, S, B>;

    const MACS: u64 = {
        let (t, m) = (S::STEPS as u64, MODEL as u64);
        4 * t * m * m + 2 * t * t * m
    };

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        let weights = self.in_proj_weight.as_flattened_mut().as_flattened_mut();
        init.or(Init::GlorotUniform).fill(weights, MODEL, 3 * MODEL, rng);
        self.in_proj_bias.as_flattened_mut().fill(0.0);
        self.out_proj.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], heads: &mut Self::Scratch<B>) {
        for (x, y) in x.iter().zip(y) {
            self.attend(x.steps(), heads, y.begin(x.length()));
        }
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [S], tape: &mut Self::Tape<B>, _pass: &mut Pass) {
        for ((x, y), heads) in x.iter().zip(y).zip(&mut tape.heads) {
            self.attend(x.steps(), heads, y.begin(x.length()));
        }
    }

    fn backward<const B: usize>(
        &self,
        x: &[S],
        _y: &[S],
        tape: &mut Self::Tape<B>,
        dy: &mut [Gradient<S>],
        dx: Option<&mut [Gradient<S>]>,
        gradient: &mut Self,
    ) {
        let MultiHeadTape { heads, buffer } = tape;
        let mut dx = dx.map(|dx| dx.iter_mut());
        for ((x, dy), heads) in x.iter().zip(dy).zip(heads) {
            let dy = first_mut(S::buffer_mut(dy), x.length());
            let dx = dx.as_mut().and_then(Iterator::next).map(|dx| {
                clear(dx);
                first_mut(S::buffer_mut(dx), x.length())
            });
            self.attend_back(x.steps(), heads, buffer, dy, dx.unwrap_or_default(), gradient);
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let sizes = [0, 0, 3, HEADS as i64, Self::SIZE as i64];
        let weight = self.in_proj_weight.as_flattened().as_flattened();
        let weight = graph.constant("in_proj_weight", Dims::SCALAR.within(MODEL).within(3 * MODEL), weight);
        let bias = graph.constant("in_proj_bias", Dims::SCALAR.within(3 * MODEL), self.in_proj_bias.as_flattened());
        let projected = affine(graph, input, weight, bias);
        let apart = graph.whole_numbers("apart", Dims::SCALAR.within(5), &sizes);
        let projected = graph.node("Reshape", &[projected, apart], &[]);
        // [part, sequence, head, step, number]
        let projected = transposed(graph, projected, &[2, 0, 3, 1, 4]);
        let [q, k, v] = [("q", 0), ("k", 1), ("v", 2)].map(|(name, part)| {
            let part = graph.whole_numbers(name, Dims::SCALAR, &[part]);
            graph.node("Gather", &[projected, part], &[("axis", Attribute::Int(0))])
        });
        let k = transposed(graph, k, &[0, 1, 3, 2]);
        let scores = graph.node("MatMul", &[q, k], &[]);
        let scale = graph.constant("scale", Dims::SCALAR, &[Self::scores(0).scale]);
        let mut scores = graph.node("Mul", &[scores, scale], &[]);
        if CAUSAL {
            let mut mask: AttentionWeights<S, S> = crate::memory::plain::zeroed();
            for (i, row) in S::all_mut(from_mut(&mut mask)).iter_mut().enumerate() {
                S::all_mut(from_mut(row)).iter_mut().skip(i + 1).for_each(|hidden| *hidden = f32::NEG_INFINITY);
            }
            let mask =
                graph.constant("mask", Dims::SCALAR.within(S::STEPS).within(S::STEPS), rows::<S, S>(&mask, S::STEPS));
            scores = graph.node("Add", &[scores, mask], &[]);
        }
        if S::DIMS.is_at_most() {
            let there = graph.known_steps(input)?;
            scores = only_there(graph, scores, there, &[1, 2]);
        }
        let weights = graph.node("Softmax", &[scores], &[("axis", Attribute::Int(-1))]);
        let contexts = graph.node("MatMul", &[weights, v], &[]);
        let contexts = transposed(graph, contexts, &[0, 2, 1, 3]);
        let together = graph.whole_numbers("together", Dims::SCALAR.within(3), &[0, 0, MODEL as i64]);
        let contexts = graph.node("Reshape", &[contexts, together], &[]);
        graph.scope("out_proj", |graph| Ok(export_rows(&self.out_proj, graph, contexts)))
    }
}
