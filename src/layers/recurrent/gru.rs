//! The gated recurrent unit (Cho et al. 2014), by PyTorch's equations, which reset what comes of the state after its product
//! with the weights. With `a = W_ih·x + b_ih` and `m = W_hh·h + b_hh` in three blocks each, those of `r`, `z` and `n`:
//!
//! `r = σ(a_r + m_r)`, `z = σ(a_z + m_z)`, `n = tanh(a_n + r·m_n)`, `h' = (1 − z)·n + z·h`
//!
//! | | shape |
//! |---|---|
//! | `x` | `[T][IN]` |
//! | `h` | `[H]`, of each step |
//! | `W_ih`, `W_hh` | `[3·H][IN]`, `[3·H][H]`: the rows of `r`, `z`, `n` |
//! | `b_ih`, `b_hh` | `[3·H]` |
//!
//! Backward, from the last step to the first, with `γ = ∂loss/∂h'`: `δ_n = γ·(1 − z)·(1 − n²)`, `δ_z = γ·(h − n)·z(1 − z)`,
//! `δ_r = δ_n·m_n·r(1 − r)` are the derivatives by `a`; those by `m` are `δ_r`, `δ_z`, `δ_n·r`, and `∂loss/∂h = γ·z + W_hhᵀ·` these. What
//! follows from them is as in a plain recurrent layer.

use super::cell::{Blocks, Cell, CellState, Operator};
use super::{All, Forward, Recurrent};
use crate::kernel::math::{sigmoid, tanh};
use crate::layer::init::Init;
use crate::memory::plain::Parameters;
use crate::sealed::Sealed;

/// A GRU of `HIDDEN` units over sequences `S` of `[f32; IN]`.
///
/// In `network!`: `Gru<32, 64>`; `Gru<_, 64>` takes the features that come in. The settings are those of [`Lstm`](super::Lstm).
pub type Gru<const IN: usize, const HIDDEN: usize, S, R = All, const TRUNCATE: usize = 0, D = Forward> =
    Recurrent<GruCell, IN, HIDDEN, S, R, TRUNCATE, D>;

/// The equations of a [`Gru`].
#[derive(Clone, Debug)]
pub struct GruCell;

/// The state of a [`Gru`].
#[derive(Clone, Copy, Debug, PartialEq, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct GruState<const H: usize> {
    /// What the layer gives.
    pub h: [f32; H],
}

impl<const H: usize> Sealed for GruState<H> {}

impl<const H: usize> CellState<H> for GruState<H> {
    fn h(&self) -> &[f32; H] {
        &self.h
    }

    fn h_mut(&mut self) -> &mut [f32; H] {
        &mut self.h
    }
}

impl Sealed for GruCell {}

impl Cell for GruCell {
    const NAME: &'static str = "Gru";
    const GATES: usize = 3;
    const INIT: Init = Init::GlorotUniform;
    const RECURRENT: &'static [Blocks] =
        &[Blocks { kept: 0, gates: 0, count: 2 }, Blocks { kept: 3, gates: 2, count: 1 }];

    type Gates<T: Parameters> = [T; 3];
    type State<const H: usize> = GruState<H>;
    type Kept<const H: usize> = [[f32; H]; 4]; // r, z, n, m_n

    fn operator() -> Option<Operator> {
        let order = &[1, 0, 2]; // z, r, n
        Some(Operator { name: "GRU", order, activation: None, alpha: None, reset_after: true, has_c: false })
    }

    #[inline(always)]
    fn advance<const H: usize>(state: &mut GruState<H>, recurrent: &[[f32; H]; 3], kept: &mut [[f32; H]; 4]) {
        let [r, z, n, m] = kept;
        let h = &mut state.h;
        for k in 0..H {
            r[k] = sigmoid(r[k] + recurrent[0][k]);
            z[k] = sigmoid(z[k] + recurrent[1][k]);
            m[k] = recurrent[2][k];
            n[k] = tanh(n[k] + r[k] * m[k]);
            h[k] = (1.0 - z[k]) * n[k] + z[k] * h[k];
        }
    }

    #[inline(always)]
    fn retreat<const H: usize>(
        before: &GruState<H>,
        _after: &GruState<H>,
        kept: &mut [[f32; H]; 4],
        delta: &mut GruState<H>,
    ) {
        let dh = &mut delta.h;
        for k in 0..H {
            let [r, z, n, m] = [kept[0][k], kept[1][k], kept[2][k], kept[3][k]];
            let new = dh[k] * (1.0 - z) * (1.0 - n * n);
            kept[0][k] = new * m * (r * (1.0 - r));
            kept[1][k] = dh[k] * (before.h[k] - n) * (z * (1.0 - z));
            kept[2][k] = new;
            kept[3][k] = new * r;
            dh[k] *= z;
        }
    }
}
