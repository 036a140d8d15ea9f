//! The convolution along signals: `y[f] = A(b[f] + Σ_c W[f][c] ⋆ x[c])`, a [`Conv2d`](super::Conv2d) over images of one row.
//!
//! `z[f][o] = b[f] + Σ W[f][c][k] · x[c][o·stride + k·dilation − padding]`
//!
//! | | shape |
//! |---|---|
//! | `x` | `[C_IN][L]` |
//! | `W` | `[C_OUT][C_IN / groups][K]`, as PyTorch stores it |
//! | `b` | `[C_OUT]`, or nothing |
//! | `z`, `y` | `[C_OUT][OL]` with `OL = (L + 2·padding − dilation·(K − 1) − 1) / stride + 1` |
//!
//! Backward, with `δ = ∂loss/∂z = ∂loss/∂y · A'(z)`: `∂loss/∂W[f][c][k] = Σ δ[f][o]·x[c][…]`, `∂loss/∂b[f] = Σ δ[f][o]`,
//! `∂loss/∂x[c][…] = Σ δ[f][o]·W[f][c][k]`.

use core::marker::PhantomData;

use rand::Rng;

use super::window::{self, Slides, Window, geometry};
use crate::kernel::conv::{self, Geometry};
use crate::layer::activation::{self, Activation};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::{Shape, first};

/// `C_OUT` filters over signals of `C_IN` channels, with windows of `K` steps, each over `DEPTH = C_IN / groups` channels.
///
/// In `network!`: `Conv1d<3, 16, 5, Relu>`; `Conv1d<_, 16, 5>` takes the channels that come in. The activation defaults to
/// [`Linear`](crate::Linear). The settings are those of [`Conv2d`](super::Conv2d), each one number.
///
/// The room for the part being worked on is `ROOM` floats in inference, `TRAINING` in training.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Conv1d<
    const C_IN: usize,
    const C_OUT: usize,
    const K: usize,
    const DEPTH: usize,
    const BIAS: usize,
    A,
    G,
    const ROOM: usize,
    const TRAINING: usize,
> {
    /// `W[f][c][k]`: what a number of channel `c` weighs in filter `f`.
    pub weight: [[[f32; K]; DEPTH]; C_OUT],
    /// `b[f]`; of no length with `bias = false`.
    pub bias: [f32; BIAS],
    what: PhantomData<(A, G)>,
}

impl<
    const C_IN: usize,
    const C_OUT: usize,
    const K: usize,
    const DEPTH: usize,
    const BIAS: usize,
    A,
    G: Slides,
    const ROOM: usize,
    const TRAINING: usize,
> Conv1d<C_IN, C_OUT, K, DEPTH, BIAS, A, G, ROOM, TRAINING>
{
    /// The dimensions, after all checks.
    const GEOMETRY: Geometry = {
        assert!(BIAS == 0 || BIAS == C_OUT, "a `Conv1d` has as many biases as filters, or none");
        let geometry = geometry::<G>("Conv1d", [1, K], C_IN, C_OUT, DEPTH);
        assert!(ROOM >= geometry.room() && TRAINING >= geometry.training_room(), "a `Conv1d` has room for its lines");
        geometry
    };

    /// Where each number of the window is.
    const TAPS: [[u32; K]; 1] = Self::GEOMETRY.offsets();

    /// The same on the way back.
    const BACK_TAPS: [[u32; K]; 1] = Self::GEOMETRY.back_offsets();
}

#[diagnostic::do_not_recommend]
impl<
    const C_IN: usize,
    const C_OUT: usize,
    const K: usize,
    const DEPTH: usize,
    const BIAS: usize,
    A: Activation,
    const L: usize,
    const OL: usize,
    const S: usize,
    const P: usize,
    const D: usize,
    const ROOM: usize,
    const TRAINING: usize,
> Layer for Conv1d<C_IN, C_OUT, K, DEPTH, BIAS, A, Window<1, L, 1, OL, 1, S, 0, P, 1, D>, ROOM, TRAINING>
{
    type Input = [[f32; L]; C_IN];
    type Output = [[f32; OL]; C_OUT];
    type Head = A;
    type Gradient = Self;
    type Scratch<const B: usize> = [f32; ROOM];
    type Tape<const B: usize> = Pair<A::Kept<[Self::Output; B]>, [f32; TRAINING]>; // z, if A'(z) cannot be told from y

    const MACS: u64 = Self::GEOMETRY.macs();

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        let (fan_in, fan_out) = (DEPTH * K, C_OUT * DEPTH / C_IN * K);
        init.or(A::INIT).fill(flatten_mut(&mut self.weight), fan_in, fan_out, rng);
        self.bias.fill(0.0);
    }

    fn infer<const B: usize>(&self, x: &[Self::Input], y: &mut [Self::Output], room: &mut [f32; ROOM]) {
        self.convolve(x, y, room, activation::apply::<A, _>);
    }

    fn forward<const B: usize>(
        &self,
        x: &[Self::Input],
        y: &mut [Self::Output],
        tape: &mut Self::Tape<B>,
        _pass: &mut Pass,
    ) {
        let Pair(z, room) = tape;
        if A::Kept::<[Self::Output; B]>::COUNT == 0 {
            self.convolve(x, y, room, activation::apply::<A, _>);
        } else {
            self.convolve(x, y, room, |_| ());
            activation::keep(z, flatten(y));
            activation::apply::<A, _>(y);
        }
    }

    fn backward<const B: usize>(
        &self,
        x: &[Self::Input],
        y: &[Self::Output],
        tape: &mut Self::Tape<B>,
        dy: &mut [Self::Output],
        dx: Option<&mut [Self::Input]>,
        gradient: &mut Self,
    ) {
        A::backward(tape.0.as_flat(), flatten(y), flatten_mut(dy), OL);
        self.backward_logits(x, y, tape, dy, dx, gradient);
    }

    fn infer_logits<const B: usize>(&self, x: &[Self::Input], z: &mut [Self::Output], room: &mut [f32; ROOM]) {
        self.convolve(x, z, room, |_| ());
    }

    fn forward_logits<const B: usize>(
        &self,
        x: &[Self::Input],
        z: &mut [Self::Output],
        tape: &mut Self::Tape<B>,
        _pass: &mut Pass,
    ) {
        self.convolve(x, z, &mut tape.1, |_| ());
    }

    fn backward_logits<const B: usize>(
        &self,
        x: &[Self::Input],
        _y: &[Self::Output],
        tape: &mut Self::Tape<B>,
        dz: &mut [Self::Output],
        dx: Option<&mut [Self::Input]>,
        gradient: &mut Self,
    ) {
        let (g, taps, room) = (const { &Self::GEOMETRY }, const { Self::TAPS.as_flattened() }, &mut tape.1);
        conv::weight_gradient(g, taps, flatten(dz), flatten(x), flatten_mut(&mut gradient.weight), room);
        conv::bias_gradient(g.out_plane(), flatten(dz), &mut gradient.bias);
        if let Some(dx) = dx {
            let taps = const { Self::BACK_TAPS.as_flattened() };
            let (weight, samples) = (flatten(&self.weight), const { conv::samples_at_a_time(Self::Input::COUNT) });
            conv::each_few((g.macs(), g.back_room()), samples, dz, dx, room, &|dz, dx, room| {
                conv::input_gradient(g, taps, flatten(dz), weight, &[], flatten_mut(dx), room);
            });
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let g = &Self::GEOMETRY;
        let weight = graph.constant("weight", <[[[f32; K]; DEPTH]; C_OUT]>::DIMS, flatten(&self.weight));
        let bias = if BIAS == 0 { Value::NONE } else { graph.constant("bias", <[f32; BIAS]>::DIMS, &self.bias) };
        let (inputs, groups) = ([input, weight, bias], [("group", Attribute::Int(g.groups as i64))]);
        let z = window::export(
            g,
            window::pads(g),
            &Self::Input::DIMS,
            "Conv",
            first(&inputs, 2 + BIAS.min(1)),
            &groups,
            graph,
        );
        A::export(graph, z)
    }
}

impl<
    const C_IN: usize,
    const C_OUT: usize,
    const K: usize,
    const DEPTH: usize,
    const BIAS: usize,
    A,
    G: Slides,
    const ROOM: usize,
    const TRAINING: usize,
> Conv1d<C_IN, C_OUT, K, DEPTH, BIAS, A, G, ROOM, TRAINING>
{
    /// `z`, a few samples at a time; `finish` is called on each few while they are hot in the cache.
    fn convolve<X: Parameters, Y: Parameters>(
        &self,
        x: &[X],
        y: &mut [Y],
        room: &mut [f32],
        finish: impl Fn(&mut [Y]) + Sync,
    ) {
        let (g, taps) = (const { &Self::GEOMETRY }, const { Self::TAPS.as_flattened() });
        let samples = const { conv::samples_at_a_time(Y::COUNT) };
        let (weight, bias) = (flatten(&self.weight), &self.bias);
        conv::each_few((g.macs(), g.room()), samples, x, y, room, &|x, y, room| {
            conv::forward(g, taps, flatten(x), weight, bias, flatten_mut(y), room);
            finish(y);
        });
    }
}
