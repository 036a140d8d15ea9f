//! Long short-term memory (Hochreiter, Schmidhuber 1997; with forget gates, Gers, Schmidhuber, Cummins 1999), by PyTorch's
//! equations. With `s = W_ih·x + b_ih + W_hh·h + b_hh` in four blocks `s_i`, `s_f`, `s_g`, `s_o`:
//!
//! `i = σ(s_i)`, `f = σ(s_f)`, `g = tanh(s_g)`, `o = σ(s_o)`, `c' = f·c + i·g`, `h' = o·tanh(c')`
//!
//! | | shape |
//! |---|---|
//! | `x` | `[T][IN]` |
//! | `h`, `c` | `[H]`, of each step |
//! | `W_ih`, `W_hh` | `[4·H][IN]`, `[4·H][H]`: the rows of `i`, `f`, `g`, `o` |
//! | `b_ih`, `b_hh` | `[4·H]` |
//!
//! Backward, from the last step to the first, with `γ = ∂loss/∂c' + ∂loss/∂h'·o·(1 − tanh²(c'))`: `δ_i = γ·g·i(1 − i)`,
//! `δ_f = γ·c·f(1 − f)`, `δ_g = γ·i·(1 − g²)`, `δ_o = ∂loss/∂h'·tanh(c')·o(1 − o)`, then `∂loss/∂c = γ·f`, `∂loss/∂h = W_hhᵀ·δ`, and
//! what follows from `δ` is as in a plain recurrent layer.

use super::cell::{Blocks, Cell, CellState, Operator};
use super::{All, Forward, Recurrent};
use crate::kernel::math::{sigmoid, tanh};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;
use crate::sealed::Sealed;

/// An LSTM of `HIDDEN` units over sequences `S` of `[f32; IN]`.
///
/// In `network!`: `Lstm<32, 64>`; `Lstm<_, 64>` takes the features that come in. It gives `h` of all steps, `[[f32; HIDDEN]; T]`. The
/// settings are
///
/// - `return = last`: it gives `h` of the last step alone, `[f32; HIDDEN]`;
/// - `bidirectional = true`: a second layer goes from the last step to the first, and what both give stands side by side:
///   see [`Bidirectional`](super::Bidirectional);
/// - `truncate = 16`: truncated backpropagation through time: the sequence is cut into windows of 16 steps; the state goes from
///   window to window, the gradient does not.
///
/// The weights are drawn by Glorot's rule, each gate by itself; the biases of the forget gate start at 1 (Jozefowicz, Zaremba,
/// Sutskever 2015), all others at 0.
pub type Lstm<const IN: usize, const HIDDEN: usize, S, R = All, const TRUNCATE: usize = 0, D = Forward> =
    Recurrent<LstmCell, IN, HIDDEN, S, R, TRUNCATE, D>;

/// The equations of an [`Lstm`].
#[derive(Clone, Debug)]
pub struct LstmCell;

/// The state of an [`Lstm`].
#[derive(Clone, Copy, Debug, PartialEq, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct LstmState<const H: usize> {
    /// What the layer gives.
    pub h: [f32; H],
    /// What it remembers.
    pub c: [f32; H],
}

impl<const H: usize> Sealed for LstmState<H> {}

impl<const H: usize> CellState<H> for LstmState<H> {
    fn h(&self) -> &[f32; H] {
        &self.h
    }

    fn h_mut(&mut self) -> &mut [f32; H] {
        &mut self.h
    }
}

impl Sealed for LstmCell {}

impl Cell for LstmCell {
    const NAME: &'static str = "Lstm";
    const GATES: usize = 4;
    const INIT: Init = Init::GlorotUniform;
    const RECURRENT: &'static [Blocks] = &[Blocks { kept: 0, gates: 0, count: 4 }];

    type Gates<T: Parameters> = [T; 4];
    type State<const H: usize> = LstmState<H>;
    type Kept<const H: usize> = [[f32; H]; 4]; // i, f, g, o

    fn operator() -> Option<Operator> {
        let order = &[0, 3, 1, 2]; // i, o, f, g
        Some(Operator { name: "LSTM", order, activation: None, alpha: None, reset_after: false, has_c: true })
    }

    fn initialize<const H: usize>([_, forget, _, _]: &mut [[f32; H]; 4]) {
        forget.fill(1.0);
    }

    #[inline(always)]
    fn advance<const H: usize>(state: &mut LstmState<H>, recurrent: &[[f32; H]; 4], kept: &mut [[f32; H]; 4]) {
        let LstmState { h, c } = state;
        let [i, f, g, o] = kept;
        for k in 0..H {
            i[k] = sigmoid(i[k] + recurrent[0][k]);
            f[k] = sigmoid(f[k] + recurrent[1][k]);
            g[k] = tanh(g[k] + recurrent[2][k]);
            o[k] = sigmoid(o[k] + recurrent[3][k]);
            c[k] = f[k] * c[k] + i[k] * g[k];
            h[k] = o[k] * tanh(c[k]);
        }
    }

    #[inline(always)]
    fn retreat<const H: usize>(
        before: &LstmState<H>,
        after: &LstmState<H>,
        kept: &mut [[f32; H]; 4],
        delta: &mut LstmState<H>,
    ) {
        let LstmState { h: dh, c: dc } = delta;
        for k in 0..H {
            let [i, f, g, o] = [kept[0][k], kept[1][k], kept[2][k], kept[3][k]];
            let tanh_c = tanh(after.c[k]);
            let gamma = dc[k] + dh[k] * o * (1.0 - tanh_c * tanh_c);
            kept[0][k] = gamma * g * (i * (1.0 - i));
            kept[1][k] = gamma * before.c[k] * (f * (1.0 - f));
            kept[2][k] = gamma * i * (1.0 - g * g);
            kept[3][k] = dh[k] * tanh_c * (o * (1.0 - o));
            dc[k] = gamma * f;
            dh[k] = 0.0;
        }
    }
}
