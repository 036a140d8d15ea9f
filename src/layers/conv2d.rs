//! The convolution over images and along signals: `y[f] = A(b[f] + Σ_c W[f][c] ⋆ x[c])`, where `⋆` lays a small window on every place of
//! a plane and sums the products of what lies on each other:
//!
//! `z[f][oy][ox] = b[f] + Σ W[f][c][ky][kx] · x[c][oy·stride + ky·dilation − padding][ox·stride + kx·dilation − padding]`
//!
//! | | over images | along signals |
//! |---|---|---|
//! | `x` | `[C_IN][H][W]` | `[C_IN][L]` |
//! | `W`, as PyTorch stores it | `[C_OUT][C_IN / groups][KH][KW]` | `[C_OUT][C_IN / groups][K]` |
//! | `b` | `[C_OUT]`, or nothing | the same |
//! | `z`, `y` | `[C_OUT][OH][OW]` with `OH = (H + 2·padding − dilation·(KH − 1) − 1) / stride + 1` | `[C_OUT][OL]` |
//!
//! Backward, with `δ = ∂loss/∂z = ∂loss/∂y · A'(z)`, each product of the formula gives one term to each derivative:
//! `∂loss/∂W[f][c][ky][kx] = Σ δ[f][oy][ox]·x[c][…][…]`, `∂loss/∂b[f] = Σ δ[f][oy][ox]`,
//! `∂loss/∂x[c][…][…] = Σ δ[f][oy][ox]·W[f][c][ky][kx]`.
//!
//! "A guide to convolution arithmetic for deep learning" (Dumoulin and Visin 2016) draws all of it.

use core::fmt;
use core::marker::PhantomData;

use rand::Rng;

use super::BatchNorm;
use super::convolve::{convolve, spread};
use super::window::{self, Window, Window1d};
use crate::kernel::conv::{self, Geometry};
use crate::kernel::{Epilogue, NoEpilogue};
use crate::layer::Layer;
use crate::layer::activated::activated;
use crate::layer::activation::{Activation, Linear};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::first;

/// `C_OUT` filters over images of `C_IN` channels; a [`Conv1d`] is the same along signals.
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
/// `network!` makes the parameters of the type out of these arguments and settings:
///
/// | parameter | |
/// |---|---|
/// | `C_IN`, `C_OUT` | channels of the input, filters |
/// | `DEPTH` | channels that a filter sees: `C_IN / groups` |
/// | `BIAS` | numbers in the bias: `C_OUT`, or 0 with `bias = false` |
/// | `A` | the activation |
/// | `G` | how the window goes: kernel, stride, padding, dilation, and sizes of input and output ([`Window2d`](super::Window2d)) |
#[derive(Clone, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Conv2d<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, const BIAS: usize, A, G: Window> {
    /// `W[f][c][ky][kx]`, of signals `W[f][c][k]`: what a number of channel `c` weighs in filter `f`.
    pub weight: [[G::Kernel; DEPTH]; C_OUT],
    /// `b[f]`; of no length with `bias = false`.
    pub bias: [f32; BIAS],
    what: PhantomData<(A, G)>,
}

/// `C_OUT` filters over signals of `C_IN` channels: a [`Conv2d`] with a window of one direction.
///
/// In `network!`: `Conv1d<3, 16, 5, Relu>`; `Conv1d<_, 16, 5>` takes the channels that come in. The activation defaults to
/// [`Linear`](crate::Linear). The settings are those of [`Conv2d`], each one number.
///
/// The [`Side`](super::Side) `S` is the window's, `SCRATCH` and `TRAINING` its memory, as in [`Window1d`]; the other parameters are those
/// of [`Conv2d`].
pub type Conv1d<
    const C_IN: usize,
    const C_OUT: usize,
    const DEPTH: usize,
    const BIAS: usize,
    A,
    S,
    const SCRATCH: usize,
    const TRAINING: usize,
> = Conv2d<C_IN, C_OUT, DEPTH, BIAS, A, Window1d<S, SCRATCH, TRAINING>>;

impl<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, const BIAS: usize, A, G: Window>
    Conv2d<C_IN, C_OUT, DEPTH, BIAS, A, G>
{
    const NAME: &'static str = window::named::<G>(["Conv1d", "Conv2d"]);

    /// The dimensions, after all checks.
    const GEOMETRY: Geometry = {
        assert!(BIAS == 0 || BIAS == C_OUT, "a convolution has as many biases as filters, or none");
        let geometry = window::geometry::<G>(Self::NAME, C_IN, C_OUT, DEPTH);
        assert!(
            G::Scratch::COUNT >= geometry.buffer() && G::Training::COUNT >= geometry.training_buffer(),
            "a convolution has memory for its lines"
        );
        geometry
    };

    /// `z`, and `finish` of each few samples.
    fn logits(
        &self,
        x: &[[G::Plane; C_IN]],
        z: &mut [[G::Stops; C_OUT]],
        scratch: &mut [f32],
        finish: impl Epilogue<[G::Stops; C_OUT]>,
    ) {
        let parameters = (flatten(&self.weight), &self.bias[..]);
        convolve::<G, _, _>(const { &Self::GEOMETRY }, parameters, x, z, scratch, finish);
    }

    /// The way back from `dz = ∂loss/∂z`.
    fn logits_back(
        &self,
        x: &[[G::Plane; C_IN]],
        dz: &mut [[G::Stops; C_OUT]],
        dx: Option<&mut [[G::Plane; C_IN]]>,
        gradient: &mut Self,
        scratch: &mut [f32],
    ) {
        let g = const { &Self::GEOMETRY };
        conv::weight_gradient(g, G::TAPS, flatten(dz), flatten(x), flatten_mut(&mut gradient.weight), scratch);
        conv::bias_gradient(g.out_plane(), flatten(dz), &mut gradient.bias);
        if let Some(dx) = dx {
            spread::<G, _, _>(g, (flatten(&self.weight), &[]), dz, dx, scratch, NoEpilogue);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, const BIAS: usize, A: Activation, G: Window> Layer
    for Conv2d<C_IN, C_OUT, DEPTH, BIAS, A, G>
{
    type Input = [G::Plane; C_IN];
    type Output = [G::Stops; C_OUT];
    type Head = A;
    type Gradient = Self;
    type Scratch<const B: usize> = G::Scratch;
    type Tape<const B: usize> = Pair<A::Kept<[Self::Output; B]>, G::Training>; // z, if A'(z) cannot be told from y

    const MACS: u64 = Self::GEOMETRY.macs();

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        let (fan_in, fan_out) = (DEPTH * G::Kernel::COUNT, C_OUT * DEPTH / C_IN * G::Kernel::COUNT);
        init.or(A::INIT).fill(flatten_mut(&mut self.weight), fan_in, fan_out, rng);
        self.bias.fill(0.0);
    }

    activated! { Pair(kept, scratch) => kept, scratch.as_flat_mut() }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let g = const { &Self::GEOMETRY };
        let inputs = window::inputs(graph, input, &self.weight, &self.bias);
        let groups = [("group", Attribute::Int(g.groups as i64))];
        let z = window::export::<G>(window::pads(g), "Conv", first(&inputs, 2 + BIAS.min(1)), &groups, graph);
        A::export(graph, z)
    }
}

impl<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, const BIAS: usize, A, G: Window> fmt::Debug
    for Conv2d<C_IN, C_OUT, DEPTH, BIAS, A, G>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(Self::NAME).field("weight", &self.weight).field("bias", &self.bias).finish()
    }
}

impl<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, A, G: Window> Conv2d<C_IN, C_OUT, DEPTH, C_OUT, A, G> {
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
    pub fn fold<const BIAS: usize, S>(
        &mut self,
        convolution: &Conv2d<C_IN, C_OUT, DEPTH, BIAS, Linear, G>,
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
