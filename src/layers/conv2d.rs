//! The convolution over images: `y[f] = A(b[f] + Σ_c W[f][c] ⋆ x[c])`, where `⋆` lays a small window on every place of an image and sums
//! the products of what lies on each other:
//!
//! `z[f][oy][ox] = b[f] + Σ W[f][c][ky][kx] · x[c][oy·stride + ky·dilation − padding][ox·stride + kx·dilation − padding]`
//!
//! | | shape |
//! |---|---|
//! | `x` | `[C_IN][H][W]` |
//! | `W` | `[C_OUT][C_IN / groups][KH][KW]`, as PyTorch stores it |
//! | `b` | `[C_OUT]`, or nothing |
//! | `z`, `y` | `[C_OUT][OH][OW]` with `OH = (H + 2·padding − dilation·(KH − 1) − 1) / stride + 1` |
//!
//! Backward, with `δ = ∂loss/∂z = ∂loss/∂y · A'(z)`, each product of the formula gives one term to each derivative:
//! `∂loss/∂W[f][c][ky][kx] = Σ δ[f][oy][ox]·x[c][…][…]`, `∂loss/∂b[f] = Σ δ[f][oy][ox]`,
//! `∂loss/∂x[c][…][…] = Σ δ[f][oy][ox]·W[f][c][ky][kx]`.
//!
//! "A guide to convolution arithmetic for deep learning" (Dumoulin and Visin 2016) draws all of it.

use core::marker::PhantomData;

use rand::Rng;

use super::BatchNorm;
use super::window::{self, Slides, Window, geometry};
use crate::kernel::conv::{self, Geometry};
use crate::layer::activation::{self, Activation, Linear};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::{Shape, first};

/// `C_OUT` filters over images of `C_IN` channels, with windows of `KH` by `KW`, each over `DEPTH = C_IN / groups` channels.
///
/// In `network!`: `Conv2d<3, 16, 3, Relu>`; `Conv2d<_, 16, (3, 5)>` takes the channels that come in, with windows 3 high and 5 wide. The
/// activation defaults to [`Linear`](crate::Linear). Settings, each one number or `(vertical, horizontal)`:
///
/// | setting | default | |
/// |---|---|---|
/// | `stride = 2` | 1 | from one place of the window to the next |
/// | `padding = 1`, `padding = same` | 0 | zeros around the image; `same` gives an output of `input / stride`, rounded up |
/// | `dilation = 2` | 1 | from one row or column of the window to the next |
/// | `groups = 4` | 1 | parts of the channels that see only themselves |
/// | `bias = false` | `true` | without `b` |
/// | `remainder = drop` | | leaves out rows and columns at the end that a stride does not reach |
///
/// `DepthwiseConv2d<16, 3, Relu>` is `Conv2d<16, 16, 3, Relu, groups = 16>`.
///
/// The room for the lines being worked on is `ROOM` floats in inference, `TRAINING` in training.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Conv2d<
    const C_IN: usize,
    const C_OUT: usize,
    const KH: usize,
    const KW: usize,
    const DEPTH: usize,
    const BIAS: usize,
    A,
    G,
    const ROOM: usize,
    const TRAINING: usize,
> {
    /// `W[f][c][ky][kx]`: what a number of channel `c` weighs in filter `f`.
    pub weight: [[[[f32; KW]; KH]; DEPTH]; C_OUT],
    /// `b[f]`; of no length with `bias = false`.
    pub bias: [f32; BIAS],
    what: PhantomData<(A, G)>,
}

impl<
    const C_IN: usize,
    const C_OUT: usize,
    const KH: usize,
    const KW: usize,
    const DEPTH: usize,
    const BIAS: usize,
    A,
    G: Slides,
    const ROOM: usize,
    const TRAINING: usize,
> Conv2d<C_IN, C_OUT, KH, KW, DEPTH, BIAS, A, G, ROOM, TRAINING>
{
    /// The dimensions, after all checks.
    const GEOMETRY: Geometry = {
        assert!(BIAS == 0 || BIAS == C_OUT, "a `Conv2d` has as many biases as filters, or none");
        let geometry = geometry::<G>("Conv2d", [KH, KW], C_IN, C_OUT, DEPTH);
        assert!(ROOM >= geometry.room() && TRAINING >= geometry.training_room(), "a `Conv2d` has room for its lines");
        geometry
    };

    /// Where each number of the window is.
    const TAPS: [[u32; KW]; KH] = Self::GEOMETRY.offsets();

    /// The same on the way back.
    const BACK_TAPS: [[u32; KW]; KH] = Self::GEOMETRY.back_offsets();
}

#[diagnostic::do_not_recommend]
impl<
    const C_IN: usize,
    const C_OUT: usize,
    const KH: usize,
    const KW: usize,
    const DEPTH: usize,
    const BIAS: usize,
    A: Activation,
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
    const SH: usize,
    const SW: usize,
    const PT: usize,
    const PL: usize,
    const DH: usize,
    const DW: usize,
    const ROOM: usize,
    const TRAINING: usize,
> Layer for Conv2d<C_IN, C_OUT, KH, KW, DEPTH, BIAS, A, Window<H, W, OH, OW, SH, SW, PT, PL, DH, DW>, ROOM, TRAINING>
{
    type Input = [[[f32; W]; H]; C_IN];
    type Output = [[[f32; OW]; OH]; C_OUT];
    type Head = A;
    type Gradient = Self;
    type Scratch<const B: usize> = [f32; ROOM];
    type Tape<const B: usize> = Pair<A::Kept<[Self::Output; B]>, [f32; TRAINING]>; // z, if A'(z) cannot be told from y

    const MACS: u64 = Self::GEOMETRY.macs();

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        let (fan_in, fan_out) = (DEPTH * KH * KW, C_OUT * DEPTH / C_IN * KH * KW);
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
        A::backward(tape.0.as_flat(), flatten(y), flatten_mut(dy), OW);
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
        let weight = graph.constant("weight", <[[[[f32; KW]; KH]; DEPTH]; C_OUT]>::DIMS, flatten(&self.weight));
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
    const KH: usize,
    const KW: usize,
    const DEPTH: usize,
    const BIAS: usize,
    A,
    G: Slides,
    const ROOM: usize,
    const TRAINING: usize,
> Conv2d<C_IN, C_OUT, KH, KW, DEPTH, BIAS, A, G, ROOM, TRAINING>
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

impl<
    const C_IN: usize,
    const C_OUT: usize,
    const KH: usize,
    const KW: usize,
    const DEPTH: usize,
    A,
    G,
    const ROOM: usize,
    const TRAINING: usize,
> Conv2d<C_IN, C_OUT, KH, KW, DEPTH, C_OUT, A, G, ROOM, TRAINING>
{
    /// Makes this convolution do what `convolution` and then `norm` do in inference: `W·s` and `(b − mean)·s + β`, where
    /// `s = γ / √(variance + ε)` of each filter. So a network without the normalisation computes the same in less time.
    ///
    /// ```
    /// use congruent::prelude::*;
    /// network! { struct Trained: [3, 8, 8] -> [4, 8, 8] { conv: Conv2d<3, 4, 3, padding = same, bias = false>, norm: BatchNorm2d, act: Relu } }
    /// network! { struct Folded: [3, 8, 8] -> [4, 8, 8] { conv: Conv2d<3, 4, 3, Relu, padding = same> } }
    ///
    /// let trained = Trained::seeded(1);
    /// let mut folded = Folded::seeded(2);
    /// folded.conv.fold(&trained.conv, &trained.norm);
    /// let image = [[[0.5; 8]; 8]; 3];
    /// let (a, b) = (trained.forward(&image), folded.forward(&image));
    /// assert!(a.as_flattened().as_flattened().iter().zip(b.as_flattened().as_flattened()).all(|(a, b)| (a - b).abs() < 1e-5));
    /// ```
    pub fn fold<const BIAS: usize, S, const R: usize, const T: usize>(
        &mut self,
        convolution: &Conv2d<C_IN, C_OUT, KH, KW, DEPTH, BIAS, Linear, G, R, T>,
        norm: &BatchNorm<C_OUT, S>,
    ) {
        let filters = self.weight.iter_mut().zip(&mut self.bias).zip(&convolution.weight);
        for (f, (((weight, bias), from), (scale, shift))) in filters.zip(norm.scales_and_shifts()).enumerate() {
            for (to, from) in flatten_mut(weight).iter_mut().zip(flatten(from)) {
                *to = from * scale;
            }
            *bias = convolution.bias.get(f).map_or(0.0, |bias| bias * scale) + shift;
        }
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Reader, Reading, each};
    use crate::layers::read_window::{Window, kernel, with_bias};

    pub const READERS: &[Reader] = &[("Conv", convolution)];

    /// Of an image, or of a signal, which is a `Conv1d`.
    fn convolution(node: &dyn Node) -> Reading {
        let (channels, sides) = node.planes()?;
        let (weight, [filters, depth], kernel, groups) = kernel(node, &sides)?;
        if depth.checked_mul(groups) != Some(channels) {
            return Err(format!("takes {groups} groups of {depth} channels, but {channels} come in"));
        }
        let bias = node.tensor_if_any(2)?;
        let window = Window::of(node, &kernel, &sides)?;
        let depthwise = groups == channels && groups == filters && groups > 1 && sides.len() == 2;
        let sizes: Vec<usize> = core::iter::once(filters).chain(window.output.iter().copied()).collect();
        let mut settings = window.settings(&vec![1; sides.len()]);
        if groups > 1 && !depthwise {
            settings.push(format!("groups = {groups}"));
        }
        if bias.is_none() {
            settings.push("bias = false".into());
        }
        let layer = Declared {
            word: if depthwise { "DepthwiseConv2d" } else { ["Conv1d", "Conv2d"][sides.len() - 1] },
            arguments: match depthwise {
                true => vec![channels.to_string(), each(&kernel)],
                false => vec![channels.to_string(), filters.to_string(), each(&kernel)],
            },
            activates: true,
            settings,
            tensors: with_bias(weight, bias),
            ..Declared::default()
        };
        Found::layer(layer, sizes)
    }
}
