//! Attention as a layer: what comes in is a sequence of queries and a memory, what goes out is an answer to each query.

use core::marker::PhantomData;

use rand::Rng;

use super::export::export_answer;
use super::query::{AttentionWeights, Back, answer, answer_back};
use super::score::{AttentionScore, Query};
use crate::kernel::rows::{Rows, RowsMut};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, Layer, Pass};
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, Plain, clear};
use crate::shape::first_mut;
use crate::shape::sequence::Sequence;

/// For each query of a sequence `QS` of `[f32; Q]`, the mean of the steps of a memory `MS` of `[f32; M]`, weighed by the softmax of their
/// scores.
///
/// The score `C` is [`Dot`](super::Dot) (PyTorch's `scaled_dot_product_attention`), [`Bilinear<Q, M>`](super::Bilinear) or
/// [`Additive<Q, M, H>`](super::Additive). What is behind the end of either sequence changes nothing.
///
/// ```
/// use congruent::layers::{Attention, Dot};
/// use congruent::{Pair, Padded, network::infer_one, plain::zeroed};
///
/// type Look = Attention<Dot, 2, 2, [[f32; 2]; 1], Padded<[f32; 2], 4>>;
/// let memory = Padded::new(&[[9.0, 0.0], [0.0, 9.0]])?;
/// let [[x, y]] = infer_one(&zeroed::<Look>(), &Pair([[0.0, 9.0]], memory));
/// assert!(x < 1e-6 && y > 8.999);
/// # Ok::<(), congruent::sequence::LengthError>(())
/// ```
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate, layout = C::LAYOUT)]
#[repr(C)]
pub struct Attention<C: Parameters, const Q: usize, const M: usize, QS, MS> {
    /// The score.
    pub score: C,
    sequences: PhantomData<(QS, MS)>,
}

/// What backward needs: of each sample what was made of both sequences, and room for the derivatives by the weights of one.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct AttentionTape<
    C: AttentionScore<Q, M>,
    const Q: usize,
    const M: usize,
    QS: Sequence,
    MS: Sequence,
    const B: usize,
> {
    keys: [C::Keys<MS>; B],
    projected: [C::Queries<QS>; B],
    /// What each step of the memory weighed for each query.
    pub weights: [AttentionWeights<QS, MS>; B],
    buffer: AttentionWeights<QS, MS>,
    /// Where the derivatives by the sequences go if nobody wants them.
    unwanted: Gradient<Pair<QS, MS>>,
}

crate::memory::plain::opaque_debug! { [C: AttentionScore<Q, M>, const Q: usize, const M: usize, QS: Sequence, MS: Sequence, const B: usize] AttentionTape, AttentionTape<C, Q, M, QS, MS, B> }

/// What inference needs, of one sample.
#[derive(Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct AttentionScratch<C: AttentionScore<Q, M>, const Q: usize, const M: usize, QS: Sequence, MS: Sequence> {
    keys: C::Keys<MS>,
    projected: C::Queries<QS>,
    /// What each step of the memory weighed for each query of the last sample.
    pub weights: AttentionWeights<QS, MS>,
}

crate::memory::plain::opaque_debug! { [C: AttentionScore<Q, M>, const Q: usize, const M: usize, QS: Sequence, MS: Sequence] AttentionScratch, AttentionScratch<C, Q, M, QS, MS> }

#[diagnostic::do_not_recommend]
impl<C, const Q: usize, const M: usize, QS, MS> Layer for Attention<C, Q, M, QS, MS>
where
    C: AttentionScore<Q, M>,
    QS: Sequence<Step = [f32; Q]>,
    MS: Sequence<Step = [f32; M]>,
{
    type Input = Pair<QS, MS>;
    type Output = QS::With<[f32; M]>;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = AttentionScratch<C, Q, M, QS, MS>;
    type Tape<const B: usize> = AttentionTape<C, Q, M, QS, MS, B>;

    const MACS: u64 = {
        let ([query, key, both], [q, m]) = (C::MACS, [QS::STEPS as u64, MS::STEPS as u64]);
        q * query + m * key + q * m * (both + M as u64)
    };

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.score.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, x: &[Self::Input], y: &mut [Self::Output], scratch: &mut Self::Scratch<B>) {
        let AttentionScratch { keys, projected, weights } = scratch;
        for (Pair(queries, memory), y) in x.iter().zip(y) {
            let contexts = RowsMut::of(y.begin(queries.length()));
            let query = Query { queries: queries.steps(), memory: memory.steps() };
            self.score.keys(query.memory, keys);
            answer::<C, Q, M, QS, MS>(&self.score, query, keys, projected, weights, contexts);
        }
    }

    fn forward<const B: usize>(
        &self,
        x: &[Self::Input],
        y: &mut [Self::Output],
        tape: &mut Self::Tape<B>,
        _pass: &mut Pass,
    ) {
        let remembered = tape.keys.iter_mut().zip(&mut tape.projected).zip(&mut tape.weights);
        for ((Pair(queries, memory), y), ((keys, projected), weights)) in x.iter().zip(y).zip(remembered) {
            let contexts = RowsMut::of(y.begin(queries.length()));
            let query = Query { queries: queries.steps(), memory: memory.steps() };
            self.score.keys(query.memory, keys);
            answer::<C, Q, M, QS, MS>(&self.score, query, keys, projected, weights, contexts);
        }
    }

    fn backward<const B: usize>(
        &self,
        x: &[Self::Input],
        _y: &[Self::Output],
        tape: &mut Self::Tape<B>,
        dy: &mut [Gradient<Self::Output>],
        dx: Option<&mut [Gradient<Self::Input>]>,
        gradient: &mut Self,
    ) {
        let AttentionTape { keys, projected, weights, buffer, unwanted } = tape;
        let mut dx = dx.map(|dx| dx.iter_mut());
        let remembered = keys.iter_mut().zip(projected).zip(&*weights);
        for ((Pair(queries, memory), dy), ((keys, projected), weights)) in x.iter().zip(dy).zip(remembered) {
            let Pair(d_queries, d_memory) = dx.as_mut().and_then(Iterator::next).unwrap_or(unwanted);
            clear(d_queries);
            clear(d_memory);
            let d_queries = first_mut(QS::buffer_mut(d_queries), queries.length());
            let d_memory = first_mut(MS::buffer_mut(d_memory), memory.length());
            let query = Query { queries: queries.steps(), memory: memory.steps() };
            let contexts = <Self::Output>::buffer(dy).get(..queries.length()).unwrap_or_default();
            let back = Back { by_weights: None, buffer: &mut *buffer };
            answer_back::<C, Q, M, QS, MS>(
                &self.score,
                query,
                keys,
                projected,
                weights,
                Rows::of(contexts),
                back,
                d_queries,
                d_memory,
                &mut gradient.score,
            );
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let [queries, memory] = graph.pair(input, ["queries", "memory"])?;
        let keys = self.score.export_keys(graph, memory)?;
        let [answers, _] = export_answer::<C, Q, M, MS>(&self.score, graph, queries, [memory, keys])?;
        Ok(answers)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Additive, Bilinear, Dot};
    use super::*;
    use crate::memory::plain::zeroed;
    use crate::shape::sequence::Padded;
    use rand::SeedableRng;

    const NAN: [f32; 3] = [f32::NAN; 3];

    /// What is behind the end of either sequence changes no bit of a result or a gradient.
    fn padding_changes_nothing<C: AttentionScore<3, 3>>() {
        type Steps = Padded<[f32; 3], 4>;
        let mut layer = zeroed::<Attention<C, 3, 3, Steps, Steps>>();
        layer.initialize(Init::Auto, &mut rand::rngs::Xoshiro256PlusPlus::seed_from_u64(1));
        let (q, m) = ([[0.5, -1.0, 0.25], [1.5, 0.0, 0.5]], [[1.0, 2.0, -0.5], [0.5, 0.5, 1.0], [-1.0, 0.0, 0.75]]);
        let run = |behind: [f32; 3]| {
            let queries = Padded::first_of([q[0], q[1], behind, behind], 2).unwrap();
            let memory = Padded::first_of([m[0], m[1], m[2], behind], 3).unwrap();
            let (x, mut y, mut tape) = ([Pair(queries, memory)], [Padded::from([behind; 4])], zeroed());
            layer.forward::<1>(&x, &mut y, &mut tape, &mut Pass::new(0, 0, 0));
            let mut dy = [Padded::from([[0.5, 1.0, -1.0], [2.0, 0.5, 0.0], behind, behind])];
            let (mut dx, mut gradient) = ([zeroed()], zeroed::<Attention<C, 3, 3, Steps, Steps>>());
            layer.backward::<1>(&x, &y, &mut tape, &mut dy, Some(&mut dx), &mut gradient);
            let [Pair(queries, memory)] = &dx;
            (y, queries.buffer().to_vec(), memory.buffer().to_vec(), gradient.as_flat().to_vec(), tape.weights)
        };
        let (clean, dirty) = (run([0.0; 3]), run(NAN));
        assert_eq!(clean, dirty);
        assert_eq!((clean.1[2], clean.2[3]), ([0.0; 3], [0.0; 3]));
        assert!(clean.3.iter().all(|number| number.is_finite()));
        let [weights] = clean.4;
        assert!(weights[..2].iter().all(|row| (row.iter().sum::<f32>() - 1.0).abs() < 1e-6 && row[3] == 0.0));
    }

    #[test]
    fn padding_changes_nothing_with_any_score() {
        padding_changes_nothing::<Dot>();
        padding_changes_nothing::<Bilinear<3, 3>>();
        padding_changes_nothing::<Additive<3, 3, 5>>();
    }

    #[test]
    fn names_are_those_of_the_score() {
        type Look = Attention<Additive<2, 3, 4>, 2, 3, [[f32; 2]; 2], [[f32; 3]; 2]>;
        let names: std::vec::Vec<_> = Look::LAYOUT.tensors().map(|tensor| std::format!("{tensor:?}")).collect();
        assert_eq!(names, ["query: [4, 2]", "memory: [4, 3]", "score: [4]"]);
    }
}
