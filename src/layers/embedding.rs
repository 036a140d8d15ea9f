//! A table of vectors, one for each entry of a vocabulary: `y = W[x]`.
//!
//! | | shape |
//! |---|---|
//! | `x` | `[T]` tokens |
//! | `W` | `[VOCAB][DIM]`, as PyTorch stores it |
//! | `y` | `[T][DIM]` |
//!
//! Backward: `∂loss/∂W[v] = Σ ∂loss/∂y[t]` over the steps `t` with `x[t] = v`. There is no derivative by a token.

use core::marker::PhantomData;

use rand::Rng;

use crate::kernel;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, InputError, Layer, Pass};
use crate::memory::plain::Parameters;
use crate::shape::Shape;
use crate::shape::sequence::{Sequence, Token};

/// Vectors of `DIM` numbers for `VOCAB` tokens, over sequences `S` of [`Token`]s.
///
/// In `network!`: `Embedding<10_000, 64>`, which comes first: its input is `[T]`, an array of `T` tokens, or `[..T]`, a
/// [`Padded`](crate::Padded) sequence of up to `T`.
///
/// A token beyond the vocabulary is taken for a vector of zeros, which learns nothing. Training reports it instead:
/// [`InputError::Token`].
///
/// The vectors are drawn from the standard normal distribution, as PyTorch's are.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Embedding<const VOCAB: usize, const DIM: usize, S> {
    /// `W[v]`: the vector of the token `v`.
    pub weight: [[f32; DIM]; VOCAB],
    shape: PhantomData<S>,
}

impl<const VOCAB: usize, const DIM: usize, S> Embedding<VOCAB, DIM, S> {
    /// The vector of a token, if it is in the vocabulary.
    #[must_use]
    pub fn vector(&self, token: Token) -> Option<&[f32; DIM]> {
        self.weight.get(token.index())
    }
}

#[diagnostic::do_not_recommend]
impl<const VOCAB: usize, const DIM: usize, S: Sequence<Step = Token>> Layer for Embedding<VOCAB, DIM, S> {
    type Input = S;
    type Output = S::With<[f32; DIM]>;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = 0;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        init.or(Init::LecunNormal).fill(self.weight.as_flattened_mut(), 1, DIM, rng);
    }

    fn infer<const B: usize>(&self, x: &[S], y: &mut [Self::Output], _scratch: &mut ()) {
        for (x, y) in x.iter().zip(y) {
            for (token, y) in x.steps().iter().zip(y.begin(x.length())) {
                *y = self.vector(*token).copied().unwrap_or([0.0; DIM]);
            }
        }
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [Self::Output], _tape: &mut (), _pass: &mut Pass) {
        self.infer::<B>(x, y, &mut ());
    }

    fn backward<const B: usize>(
        &self,
        x: &[S],
        _y: &[Self::Output],
        _tape: &mut (),
        dy: &mut [Gradient<Self::Output>],
        _dx: Option<&mut [Gradient<S>]>,
        gradient: &mut Self,
    ) {
        for (x, dy) in x.iter().zip(dy) {
            for (token, dy) in x.steps().iter().zip(<Self::Output>::buffer(dy)) {
                if let Some(gradient) = gradient.weight.get_mut(token.index()) {
                    kernel::zip(gradient, dy, |sum, dy| sum + dy);
                }
            }
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let weight = graph.constant("weight", <[[f32; DIM]; VOCAB]>::DIMS, self.weight.as_flattened());
        Ok(graph.node("Gather", &[weight, input], &[("axis", Attribute::Int(0))]))
    }

    fn check_input(input: &S) -> Result<(), InputError> {
        let beyond = |(_, token): &(usize, &Token)| token.index() >= VOCAB;
        match input.steps().iter().enumerate().find(beyond) {
            Some((step, token)) => Err(InputError::Token { token: token.0, step, vocabulary: VOCAB }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::plain::zeroed;
    use crate::shape::sequence::Padded;

    type Table = Embedding<3, 2, Padded<Token, 4>>;

    fn table() -> Table {
        Embedding { weight: [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], shape: PhantomData }
    }

    #[test]
    fn what_is_beyond_the_vocabulary_is_zero_and_learns_nothing() {
        let x = [Padded::new(&[2, 3, 0].map(Token)).unwrap()];
        let mut y = [Padded::from([[9.0; 2]; 4])];
        table().infer::<1>(&x, &mut y, &mut ());
        assert_eq!(y[0].steps(), [[5.0, 6.0], [0.0, 0.0], [1.0, 2.0]]);

        let mut dy = [Padded::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])];
        let mut gradient = zeroed::<Table>();
        table().backward::<1>(&x, &y, &mut (), &mut dy, None, &mut gradient);
        assert_eq!(gradient.weight, [[5.0, 6.0], [0.0; 2], [1.0, 2.0]]);
    }

    #[test]
    fn what_is_beyond_the_vocabulary_is_reported() {
        let check = |tokens: &[u32]| {
            let tokens: std::vec::Vec<Token> = tokens.iter().copied().map(Token).collect();
            Table::check_input(&Padded::new(&tokens).unwrap())
        };
        assert_eq!(check(&[0, 2, 1]), Ok(()));
        assert_eq!(check(&[0, 3, u32::MAX]), Err(InputError::Token { token: 3, step: 1, vocabulary: 3 }));
        let behind_the_end = Padded::first_of([0, 1, 7, 7].map(Token), 2).unwrap();
        assert_eq!(Table::check_input(&behind_the_end), Ok(()));
    }
}

#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Numbers, Reader, Reading};

    pub const READERS: &[Reader] = &[("Gather", look_up)];

    /// Rows of a constant table.
    fn look_up(node: &dyn Node) -> Reading {
        let Some(table) = node.inputs().first().and_then(|name| node.constant(name)) else { return Ok(None) };
        let ([entries, size], [steps]) = (&table.dims[..], node.shape()) else {
            return Err(format!(
                "takes parts of `{}` of the shape {:?}, which is no table for a sequence",
                table.name, table.dims
            ));
        };
        if node.int("axis").unwrap_or(0) != 0 {
            return Err("takes columns of a table".into());
        }
        let (arguments, sizes) = (vec![entries.to_string(), size.to_string()], vec![*steps, *size]);
        let tensors = vec![("weight", Numbers::Of(table))];
        Found::layer(Declared { word: "Embedding", arguments, tensors, ..Declared::default() }, sizes)
    }
}
