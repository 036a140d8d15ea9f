//! One sequence of queries `q` and one memory `m`: `c[i] = Σ A[i][j]·m[j]` with `A[i] = softmax(scale·score(q[i], m))`.
//!
//! Backward: `∂loss/∂A[i][j] = ∂loss/∂c[i]·m[j]`; `∂loss/∂m[j] = Σ A[i][j]·∂loss/∂c[i]` and what comes by way of the scores.

use core::slice::{from_mut, from_ref};

use super::score::{AttentionScore, Query, Table};
use super::weights::{Mask, Scores};
use crate::kernel::rows::{Rows, RowsMut, add_weight_gradient, input_gradient, product_alone};
use crate::shape::sequence::Sequence;

/// For each query of a sequence `Q`, what each step of a memory `M` weighs.
pub type AttentionWeights<Q, M> = <Q as Sequence>::Buffer<<M as Sequence>::Buffer<f32>>;

/// The rows of so many queries.
pub(crate) fn rows<QS: Sequence, MS: Sequence>(weights: &AttentionWeights<QS, MS>, queries: usize) -> &[f32] {
    let numbers = MS::all(QS::all(from_ref(weights)));
    numbers.get(..queries * MS::STEPS).unwrap_or(numbers)
}

/// The same, to write.
pub(crate) fn rows_mut<QS: Sequence, MS: Sequence>(
    weights: &mut AttentionWeights<QS, MS>,
    queries: usize,
) -> &mut [f32] {
    crate::shape::first_mut(MS::all_mut(QS::all_mut(from_mut(weights))), queries * MS::STEPS)
}

/// How the scores of a question become weights.
const fn scores_of<C: AttentionScore<Q, M>, const Q: usize, const M: usize, MS: Sequence>(keys: usize) -> Scores {
    Scores { stride: MS::STEPS, keys, scale: C::SCALE, mask: Mask::Full }
}

/// Answers queries about a memory whose keys have been made: sets `contexts`.
pub(crate) fn answer<C: AttentionScore<Q, M>, const Q: usize, const M: usize, QS: Sequence, MS: Sequence>(
    score: &C,
    query: Query<Q, M>,
    keys: &C::Keys<MS>,
    projected: &mut C::Queries<QS>,
    weights: &mut AttentionWeights<QS, MS>,
    contexts: RowsMut,
) {
    let Query { queries, memory } = query;
    let (keys_there, numbers) = (memory.len(), rows_mut::<QS, MS>(weights, queries.len()));
    score.scores::<QS, MS>(query, keys, projected, Table { numbers: &mut *numbers, stride: MS::STEPS });
    scores_of::<C, Q, M, MS>(keys_there).normalize(numbers);
    let weights = Rows::new(numbers, MS::STEPS).columns(0, keys_there);
    input_gradient(weights, Rows::of(memory), contexts, false); // the product is the same: c = A·m
}

/// What goes back from the answers, besides the derivatives by them.
pub(crate) struct Back<'a, W> {
    /// Derivatives by the weights that come from elsewhere.
    pub by_weights: Option<&'a [f32]>,
    /// Room for all derivatives by the weights.
    pub buffer: &'a mut W,
}

/// The chain rule, from `∂loss/∂c`: sets the derivatives by the queries, adds those by the memory and by the parameters of the score.
/// `keys` and `projected` are as [`answer`] left them, and may be overwritten.
#[allow(clippy::too_many_arguments)] // what was asked, what was made of it, what goes back
pub(crate) fn answer_back<C: AttentionScore<Q, M>, const Q: usize, const M: usize, QS: Sequence, MS: Sequence>(
    score: &C,
    query: Query<Q, M>,
    keys: &mut C::Keys<MS>,
    projected: &mut C::Queries<QS>,
    weights: &AttentionWeights<QS, MS>,
    contexts: Rows,
    back: Back<AttentionWeights<QS, MS>>,
    queries: &mut [[f32; Q]],
    memory: &mut [[f32; M]],
    gradient: &mut C,
) {
    let (asking, keys_there) = (query.queries.len(), query.memory.len());
    let weights = rows::<QS, MS>(weights, asking);
    let derivatives = rows_mut::<QS, MS>(back.buffer, asking);
    product_alone(contexts, Rows::of(query.memory), RowsMut::new(derivatives, MS::STEPS).columns(0, keys_there));
    for (derivative, other) in derivatives.iter_mut().zip(back.by_weights.unwrap_or_default()) {
        *derivative += other;
    }
    add_weight_gradient(Rows::new(weights, MS::STEPS).columns(0, keys_there), contexts, RowsMut::of(&mut *memory));
    scores_of::<C, Q, M, MS>(keys_there).normalize_back(weights, derivatives);
    let table = Table { numbers: &*derivatives, stride: MS::STEPS };
    score.back::<QS, MS>(query, keys, projected, table, queries, memory, gradient);
}
