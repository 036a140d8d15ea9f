//! How well the memory of a step answers a query: three ways to score.
//!
//! | | score of query `q` and memory `m` | source |
//! |---|---|---|
//! | [`Dot`] | `q·m / √N` | Vaswani et al. 2017; without the root, Luong et al. 2015 |
//! | [`Bilinear`] | `q·(W·m)` | Luong et al. 2015, "general" |
//! | [`Additive`] | `v·tanh(W·q + U·m)` | Bahdanau et al. 2015 |
//!
//! Backward of the last, with `t = tanh(W·q + U·m)` and `δ = ∂loss/∂score·v∘(1 − t²)` for each query and step:
//! `∂loss/∂v = Σ ∂loss/∂score·t`, `∂loss/∂(W·q) = Σ δ` over the steps, `∂loss/∂(U·m) = Σ δ` over the queries.

use core::slice::{from_mut, from_ref};

use rand::Rng;

use crate::kernel::math;
use crate::kernel::rows::{Rows, RowsMut, add_weight_gradient, input_gradient, product_alone};
use crate::kernel::{Wide, wide};
use crate::layer::graph::{Graph, Refusal, Value, linear, transposed};
use crate::layer::init::Init;
use crate::memory::plain::{Parameters, Plain, clear};
use crate::sealed::Sealed;
use crate::shape::sequence::Sequence;
use crate::shape::{Dims, Shape, first_mut};

/// What is asked of what: queries of `Q` numbers, and a memory of `M` numbers at each step.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a, const Q: usize, const M: usize> {
    /// The queries.
    pub queries: &'a [[f32; Q]],
    /// The steps of the memory that there are.
    pub memory: &'a [[f32; M]],
}

/// Rows of scores, one for each query, each `stride` numbers after the one before; or the derivatives by them.
#[derive(Debug)]
pub struct Table<T> {
    /// The numbers.
    pub numbers: T,
    /// From a row to the next.
    pub stride: usize,
}

/// A way to score queries of `Q` numbers against a memory of `M` numbers at each step.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot score queries of {Q} numbers against a memory of {M}",
    label = "`Bilinear` and `Additive` take those that they are declared with"
)]
pub trait AttentionScore<const Q: usize, const M: usize>: Parameters + Sealed {
    /// What is made of the memory, once for all queries, over sequences `S`.
    type Keys<S: Sequence>: Plain;
    /// What is made of the queries, over sequences `S`.
    type Queries<S: Sequence>: Plain;

    /// By what scores are multiplied before they become weights.
    const SCALE: f32;
    /// Multiply-accumulate operations for each query, for each step of memory, and for each of both.
    const MACS: [u64; 3];

    /// Draws the parameters anew.
    #[doc(hidden)]
    fn initialize(&mut self, init: Init, rng: &mut dyn Rng);

    /// Makes the keys of the memory.
    #[doc(hidden)]
    fn keys<S: Sequence>(&self, memory: &[[f32; M]], keys: &mut Self::Keys<S>);

    /// Scores each query against each step, whose keys have been made.
    #[doc(hidden)]
    fn scores<QS: Sequence, MS: Sequence>(
        &self,
        query: Query<Q, M>,
        keys: &Self::Keys<MS>,
        projected: &mut Self::Queries<QS>,
        scores: Table<&mut [f32]>,
    );

    /// The chain rule: sets the derivatives by the queries, adds those by the memory and by the parameters. What was made of both may be
    /// overwritten.
    #[allow(clippy::too_many_arguments)] // what is asked, what was made of it, what goes back
    #[doc(hidden)]
    fn back<QS: Sequence, MS: Sequence>(
        &self,
        query: Query<Q, M>,
        keys: &mut Self::Keys<MS>,
        projected: &mut Self::Queries<QS>,
        scores: Table<&[f32]>,
        queries: &mut [[f32; Q]],
        memory: &mut [[f32; M]],
        gradient: &mut Self,
    );

    /// As [`Layer::export`](crate::Layer::export), the keys of a memory `[batch, step, number]`.
    #[doc(hidden)]
    fn export_keys(&self, _graph: &mut dyn Graph, _memory: Value) -> Result<Value, Refusal> {
        Err(Refusal::new("its score has no `export`"))
    }

    /// The scores `[batch, query, step]` of queries `[batch, query, number]`, with what [`export_keys`](AttentionScore::export_keys) made of a
    /// memory.
    #[doc(hidden)]
    fn export_scores(&self, _graph: &mut dyn Graph, _queries: Value, _keys: Value) -> Result<Value, Refusal> {
        Err(Refusal::new("its score has no `export`"))
    }
}

impl<'a> Table<&'a [f32]> {
    fn rows(&self, keys: usize) -> Rows<'a> {
        Rows::new(self.numbers, self.stride).columns(0, keys)
    }
}

impl<'a> Table<&'a mut [f32]> {
    fn rows(self, keys: usize) -> RowsMut<'a> {
        RowsMut::new(self.numbers, self.stride).columns(0, keys)
    }
}

/// `q·m / √N`: both have `N` numbers, which is checked when the program is built, and nothing is learned.
#[derive(Clone, Copy, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Dot;

impl Sealed for Dot {}

#[diagnostic::do_not_recommend]
impl<const Q: usize, const M: usize> AttentionScore<Q, M> for Dot {
    type Keys<S: Sequence> = ();
    type Queries<S: Sequence> = ();

    const SCALE: f32 = {
        assert!(Q == M, "a dot product is of as many numbers on both sides: `Dot` needs queries as long as its memory");
        one_by_root(Q)
    };
    const MACS: [u64; 3] = [0, 0, Q as u64];

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn keys<S: Sequence>(&self, _memory: &[[f32; M]], _keys: &mut ()) {}

    fn scores<QS: Sequence, MS: Sequence>(
        &self,
        Query { queries, memory }: Query<Q, M>,
        _keys: &(),
        _asked: &mut (),
        scores: Table<&mut [f32]>,
    ) {
        product_alone(Rows::of(queries), Rows::of(memory), scores.rows(memory.len()));
    }

    fn back<QS: Sequence, MS: Sequence>(
        &self,
        query: Query<Q, M>,
        _keys: &mut (),
        _asked: &mut (),
        scores: Table<&[f32]>,
        queries: &mut [[f32; Q]],
        memory: &mut [[f32; M]],
        _gradient: &mut Self,
    ) {
        let scores = scores.rows(query.memory.len());
        input_gradient(scores, Rows::of(query.memory), RowsMut::of(queries), false);
        add_weight_gradient(scores, Rows::of(query.queries), RowsMut::of(memory));
    }

    fn export_keys(&self, _graph: &mut dyn Graph, memory: Value) -> Result<Value, Refusal> {
        Ok(memory)
    }

    fn export_scores(&self, graph: &mut dyn Graph, queries: Value, keys: Value) -> Result<Value, Refusal> {
        Ok(dot_products(graph, queries, keys))
    }
}

/// `1 / √n`, while the program is compiled: Newton's steps come down to the root from above.
pub(crate) const fn one_by_root(n: usize) -> f32 {
    let n = n as f64;
    let mut root = if n < 1.0 { 1.0 } else { n };
    let mut steps = 0;
    while steps < 64 {
        root = 0.5 * (root + n / root);
        steps += 1;
    }
    if n < 1.0 { 1.0 } else { (1.0 / root) as f32 }
}

/// `q·(W·m)`
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Bilinear<const Q: usize, const M: usize> {
    /// `W`
    pub weight: [[f32; M]; Q],
}

impl<const Q: usize, const M: usize> Sealed for Bilinear<Q, M> {}

#[diagnostic::do_not_recommend]
impl<const Q: usize, const M: usize> AttentionScore<Q, M> for Bilinear<Q, M> {
    type Keys<S: Sequence> = S::Buffer<[f32; Q]>; // W·m; in backward, the derivatives by it
    type Queries<S: Sequence> = ();

    const SCALE: f32 = 1.0;
    const MACS: [u64; 3] = [0, (Q * M) as u64, Q as u64];

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        init.or(Init::GlorotUniform).fill(self.weight.as_flattened_mut(), M, Q, rng);
    }

    fn keys<S: Sequence>(&self, memory: &[[f32; M]], keys: &mut S::Buffer<[f32; Q]>) {
        product_alone(Rows::of(memory), Rows::of(&self.weight), RowsMut::of(S::all_mut(from_mut(keys))));
    }

    fn scores<QS: Sequence, MS: Sequence>(
        &self,
        Query { queries, memory }: Query<Q, M>,
        keys: &MS::Buffer<[f32; Q]>,
        _asked: &mut (),
        scores: Table<&mut [f32]>,
    ) {
        product_alone(Rows::of(queries), Rows::of(MS::all(from_ref(keys))), scores.rows(memory.len()));
    }

    fn back<QS: Sequence, MS: Sequence>(
        &self,
        query: Query<Q, M>,
        keys: &mut MS::Buffer<[f32; Q]>,
        _asked: &mut (),
        scores: Table<&[f32]>,
        queries: &mut [[f32; Q]],
        memory: &mut [[f32; M]],
        gradient: &mut Self,
    ) {
        let scores = scores.rows(query.memory.len());
        let keys = first_mut(MS::all_mut(from_mut(keys)), query.memory.len());
        input_gradient(scores, Rows::of(keys), RowsMut::of(queries), false);
        keys.iter_mut().for_each(clear);
        add_weight_gradient(scores, Rows::of(query.queries), RowsMut::of(keys));
        add_weight_gradient(Rows::of(keys), Rows::of(query.memory), RowsMut::of(&mut gradient.weight));
        input_gradient(Rows::of(keys), Rows::of(&self.weight), RowsMut::of(memory), true);
    }

    fn export_keys(&self, graph: &mut dyn Graph, memory: Value) -> Result<Value, Refusal> {
        let weight = graph.constant("weight", <[[f32; M]; Q]>::DIMS, self.weight.as_flattened());
        Ok(linear(graph, memory, weight))
    }

    fn export_scores(&self, graph: &mut dyn Graph, queries: Value, keys: Value) -> Result<Value, Refusal> {
        Ok(dot_products(graph, queries, keys))
    }
}

/// `q·k` of each query and each key.
fn dot_products(graph: &mut dyn Graph, queries: Value, keys: Value) -> Value {
    let keys = transposed(graph, keys, &[0, 2, 1]);
    graph.node("MatMul", &[queries, keys], &[])
}

/// `v·tanh(W·q + U·m)`, with `H` numbers under the tangent.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Additive<const Q: usize, const M: usize, const H: usize> {
    /// `W`
    pub query: [[f32; Q]; H],
    /// `U`
    pub memory: [[f32; M]; H],
    /// `v`
    pub score: [f32; H],
}

/// Both parts of what is under the tangent, or the derivatives by it.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Part<S: Sequence, const H: usize> {
    value: S::Buffer<[f32; H]>,
    derivative: S::Buffer<[f32; H]>,
}

crate::memory::plain::opaque_debug! { [S: Sequence, const H: usize] Part, Part<S, H> }

impl<const Q: usize, const M: usize, const H: usize> Sealed for Additive<Q, M, H> {}

#[diagnostic::do_not_recommend]
impl<const Q: usize, const M: usize, const H: usize> AttentionScore<Q, M> for Additive<Q, M, H> {
    type Keys<S: Sequence> = Part<S, H>; // U·m
    type Queries<S: Sequence> = Part<S, H>; // W·q

    const SCALE: f32 = 1.0;
    const MACS: [u64; 3] = [(Q * H) as u64, (M * H) as u64, H as u64];

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        let init = init.or(Init::GlorotUniform);
        init.fill(self.query.as_flattened_mut(), Q, H, rng);
        init.fill(self.memory.as_flattened_mut(), M, H, rng);
        init.fill(&mut self.score, H, 1, rng);
    }

    fn keys<S: Sequence>(&self, memory: &[[f32; M]], keys: &mut Part<S, H>) {
        let keys = S::all_mut(from_mut(&mut keys.value));
        product_alone(Rows::of(memory), Rows::of(&self.memory), RowsMut::of(keys));
    }

    fn scores<QS: Sequence, MS: Sequence>(
        &self,
        Query { queries, memory }: Query<Q, M>,
        keys: &Part<MS, H>,
        projected: &mut Part<QS, H>,
        scores: Table<&mut [f32]>,
    ) {
        let projected = first_mut(QS::all_mut(from_mut(&mut projected.value)), queries.len());
        product_alone(Rows::of(queries), Rows::of(&self.query), RowsMut::of(projected));
        let keys = MS::all(from_ref(&keys.value)).get(..memory.len()).unwrap_or_default();
        wide(Tangents { score: &self.score, projected, keys, scores });
    }

    fn back<QS: Sequence, MS: Sequence>(
        &self,
        query: Query<Q, M>,
        keys: &mut Part<MS, H>,
        projected: &mut Part<QS, H>,
        scores: Table<&[f32]>,
        queries: &mut [[f32; Q]],
        memory: &mut [[f32; M]],
        gradient: &mut Self,
    ) {
        let [projected, d_projected] = halves(projected, query.queries.len());
        let [keys, d_keys] = halves(keys, query.memory.len());
        wide(TangentsBack {
            score: &self.score,
            projected,
            keys,
            scores,
            d_projected: &mut *d_projected,
            d_keys: &mut *d_keys,
            d_score: &mut gradient.score,
        });
        let (d_projected, d_keys) = (Rows::of(d_projected), Rows::of(d_keys));
        add_weight_gradient(d_projected, Rows::of(query.queries), RowsMut::of(&mut gradient.query));
        add_weight_gradient(d_keys, Rows::of(query.memory), RowsMut::of(&mut gradient.memory));
        input_gradient(d_projected, Rows::of(&self.query), RowsMut::of(queries), false);
        input_gradient(d_keys, Rows::of(&self.memory), RowsMut::of(memory), true);
    }

    fn export_keys(&self, graph: &mut dyn Graph, memory: Value) -> Result<Value, Refusal> {
        let weight = graph.constant("memory", <[[f32; M]; H]>::DIMS, self.memory.as_flattened());
        Ok(linear(graph, memory, weight))
    }

    fn export_scores(&self, graph: &mut dyn Graph, queries: Value, keys: Value) -> Result<Value, Refusal> {
        let weight = graph.constant("query", <[[f32; Q]; H]>::DIMS, self.query.as_flattened());
        let projected = linear(graph, queries, weight);
        // [batch, query, step, number]
        let mut wide = |name: &str, value: Value, axis: i64| {
            let axis = graph.whole_numbers(name, Dims::SCALAR.within(1), &[axis]);
            graph.node("Unsqueeze", &[value, axis], &[])
        };
        let (projected, keys) = (wide("steps", projected, 2), wide("askers", keys, 1));
        let sum = graph.node("Add", &[projected, keys], &[]);
        let tangents = graph.node("Tanh", &[sum], &[]);
        let score = graph.constant("score", <[f32; H]>::DIMS, &self.score);
        Ok(graph.node("MatMul", &[tangents, score], &[]))
    }
}

/// The first `length` values and derivatives, the latter cleared.
fn halves<S: Sequence, const H: usize>(part: &mut Part<S, H>, length: usize) -> [&mut [[f32; H]]; 2] {
    let derivatives = first_mut(S::all_mut(from_mut(&mut part.derivative)), length);
    derivatives.iter_mut().for_each(clear);
    [first_mut(S::all_mut(from_mut(&mut part.value)), length), derivatives]
}

struct Tangents<'a, const H: usize> {
    score: &'a [f32; H],
    projected: &'a [[f32; H]],
    keys: &'a [[f32; H]],
    scores: Table<&'a mut [f32]>,
}

impl<const H: usize> Wide for Tangents<'_, H> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Tangents { score, projected, keys, scores } = self;
        for (projected, row) in projected.iter().zip(scores.numbers.chunks_mut(scores.stride.max(1))) {
            for (key, place) in keys.iter().zip(row) {
                let mut terms = [0.0; H];
                for (((term, projected), key), weight) in terms.iter_mut().zip(projected).zip(key).zip(score) {
                    *term = weight * math::tanh(projected + key);
                }
                *place = terms.iter().sum();
            }
        }
    }
}

struct TangentsBack<'a, const H: usize> {
    score: &'a [f32; H],
    projected: &'a [[f32; H]],
    keys: &'a [[f32; H]],
    scores: Table<&'a [f32]>,
    d_projected: &'a mut [[f32; H]],
    d_keys: &'a mut [[f32; H]],
    d_score: &'a mut [f32; H],
}

impl<const H: usize> Wide for TangentsBack<'_, H> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = self.scores.numbers.chunks(self.scores.stride.max(1));
        for ((projected, d_projected), row) in self.projected.iter().zip(self.d_projected).zip(rows) {
            for ((key, d_key), d) in self.keys.iter().zip(&mut *self.d_keys).zip(row) {
                let sums = d_projected.iter_mut().zip(d_key).zip(&mut *self.d_score);
                for (((d_projected, d_key), d_score), ((projected, key), weight)) in
                    sums.zip(projected.iter().zip(key).zip(self.score))
                {
                    let t = math::tanh(projected + key);
                    *d_score += d * t;
                    let delta = d * weight * (1.0 - t * t);
                    *d_projected += delta;
                    *d_key += delta;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_exact_to_the_last_bit() {
        for n in 1..2000_u32 {
            assert_eq!(one_by_root(n as usize), (1.0 / f64::from(n).sqrt()) as f32, "{n}");
        }
    }
}
