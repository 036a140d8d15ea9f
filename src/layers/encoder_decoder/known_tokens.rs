//! Words that are in no vocabulary: `y = x` if the token is one of the first `VOCAB`, else the token that stands for the unknown.

use core::marker::PhantomData;

use rand::Rng;

use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, Layer, Pass};
use crate::memory::plain::Parameters;
use crate::shape::Dims;
use crate::shape::sequence::UNKNOWN;
use crate::shape::sequence::{Sequence, Token};

/// Sequences `S` of tokens, with [`UNKNOWN`] for all that are not in a vocabulary of `VOCAB`.
///
/// It comes before an embedding where a decoder [copies](super::CopyingDecoder): there, words that have no number in the vocabulary have
/// one by their place in the source.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct KnownTokens<const VOCAB: usize, S> {
    sequence: PhantomData<S>,
}

/// The token, if it is one of the vocabulary.
pub(crate) fn known<const VOCAB: usize>(token: Token) -> Token {
    if token.index() < VOCAB { token } else { UNKNOWN }
}

#[diagnostic::do_not_recommend]
impl<const VOCAB: usize, S: Sequence<Step = Token>> Layer for KnownTokens<VOCAB, S> {
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = 0;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], _scratch: &mut ()) {
        for (x, y) in x.iter().zip(y) {
            let steps = y.begin(x.length()).iter_mut().zip(x.steps());
            steps.for_each(|(y, x)| *y = known::<VOCAB>(*x));
        }
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [S], _tape: &mut (), _pass: &mut Pass) {
        self.infer::<B>(x, y, &mut ());
    }

    fn backward<const B: usize>(
        &self,
        _x: &[S],
        _y: &[S],
        _tape: &mut (),
        _dy: &mut [Gradient<S>],
        _dx: Option<&mut [Gradient<S>]>, // tokens have no derivatives
        _gradient: &mut Self,
    ) {
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(export_known::<VOCAB>(graph, input))
    }
}

/// [`known`] as operators.
pub(super) fn export_known<const VOCAB: usize>(graph: &mut dyn Graph, tokens: Value) -> Value {
    let mut number = |name: &str, number: i64| graph.whole_numbers(name, Dims::SCALAR, &[number]);
    let (words, unknown) = (number("words", VOCAB as i64), number("unknown", i64::from(UNKNOWN.0)));
    let known = graph.node("Less", &[tokens, words], &[]);
    graph.node("Where", &[known, tokens, unknown], &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::plain::zeroed;
    use crate::network::infer_one;
    use crate::shape::sequence::Padded;

    #[test]
    fn what_is_beyond_the_vocabulary_is_unknown() {
        let x = Padded::<Token, 4>::new(&[3, 4, 99].map(Token)).unwrap();
        assert_eq!(infer_one(&zeroed::<KnownTokens<4, _>>(), &x).steps(), [Token(3), UNKNOWN, UNKNOWN]);
    }
}
