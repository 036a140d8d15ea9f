//! The plain recurrent layer (Elman 1990): `h' = A(W_ih·x + b_ih + W_hh·h + b_hh)`.
//!
//! | | shape |
//! |---|---|
//! | `x` | `[T][IN]` |
//! | `h` | `[H]`, of each step |
//! | `W_ih`, `W_hh` | `[H][IN]`, `[H][H]` |
//! | `b_ih`, `b_hh` | `[H]` |
//!
//! Backward, from the last step to the first, with `δ = ∂loss/∂h'·A'`: `∂loss/∂h = W_hhᵀ·δ`, `∂loss/∂x = W_ihᵀ·δ`, and summed over
//! the steps `∂loss/∂W_ih = Σ δ·xᵀ`, `∂loss/∂W_hh = Σ δ·hᵀ`, `∂loss/∂b = Σ δ`.

use super::cell::{Blocks, Cell, CellState, Operator};
use super::{All, Forward, Recurrent};
use crate::layer::activation::{Elementwise, Tanh};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;
use crate::sealed::Sealed;

/// A plain recurrent layer of `HIDDEN` units over sequences `S` of `[f32; IN]`, with the activation `A`.
///
/// In `network!`: `Rnn<32, 64>`, `Rnn<_, 64, Relu>`; the activation defaults to [`Tanh`], and is one whose derivative can be told
/// from its output. The settings are those of [`Lstm`](super::Lstm).
pub type Rnn<const IN: usize, const HIDDEN: usize, S, A = Tanh, R = All, const TRUNCATE: usize = 0, D = Forward> =
    Recurrent<RnnCell<A>, IN, HIDDEN, S, R, TRUNCATE, D>;

/// The equations of an [`Rnn`].
#[derive(Clone, Debug)]
pub struct RnnCell<A>(A);

/// The state of an [`Rnn`].
#[derive(Clone, Copy, Debug, PartialEq, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct RnnState<const H: usize> {
    /// What the layer gives.
    pub h: [f32; H],
}

impl<const H: usize> Sealed for RnnState<H> {}

impl<const H: usize> CellState<H> for RnnState<H> {
    fn h(&self) -> &[f32; H] {
        &self.h
    }

    fn h_mut(&mut self) -> &mut [f32; H] {
        &mut self.h
    }
}

impl<A: Elementwise> Sealed for RnnCell<A> {}

impl<A: Elementwise> Cell for RnnCell<A> {
    const NAME: &'static str = "Rnn";
    const GATES: usize = {
        let kept = <A::Kept<f32> as Parameters>::COUNT;
        assert!(
            kept == 0,
            "the activation of an `Rnn` is one whose derivative can be told from its output: `Tanh`, `Relu`"
        );
        1
    };
    const INIT: Init = A::INIT;
    const RECURRENT: &'static [Blocks] = &[Blocks { kept: 0, gates: 0, count: 1 }];

    type Gates<T: Parameters> = [T; 1];
    type State<const H: usize> = RnnState<H>;
    type Kept<const H: usize> = [[f32; H]; 1];

    fn operator() -> Option<Operator> {
        let (activation, alpha) = A::RECURRENT?;
        let activation = Some(activation);
        Some(Operator { name: "RNN", order: &[0], activation, alpha, reset_after: false, has_c: false })
    }

    #[inline(always)]
    fn advance<const H: usize>(state: &mut RnnState<H>, [recurrent]: &[[f32; H]; 1], [input]: &mut [[f32; H]; 1]) {
        for ((h, input), recurrent) in state.h.iter_mut().zip(input).zip(recurrent) {
            *h = A::value(*input + recurrent);
        }
    }

    #[inline(always)]
    fn retreat<const H: usize>(
        _before: &RnnState<H>,
        after: &RnnState<H>,
        [kept]: &mut [[f32; H]; 1],
        delta: &mut RnnState<H>,
    ) {
        for ((kept, h), delta) in kept.iter_mut().zip(&after.h).zip(&mut delta.h) {
            *kept = *delta * A::slope(*h, *h);
            *delta = 0.0;
        }
    }
}
