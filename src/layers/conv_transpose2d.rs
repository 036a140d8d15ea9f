//! The transposed convolution: a convolution run backwards, which spreads each number over a window and so makes images larger.
//!
//! `z[f][y·stride + ky·dilation − padding][x·stride + kx·dilation − padding] += W[c][f][ky][kx] · x[c][y][x]`, from `z[f] = b[f]` on
//!
//! | | shape |
//! |---|---|
//! | `x` | `[C_IN][OH][OW]` |
//! | `W` | `[C_IN][C_OUT / groups][KH][KW]`, as PyTorch stores it |
//! | `b` | `[C_OUT]`, or nothing |
//! | `z`, `y = A(z)` | `[C_OUT][H][W]` with `H = (OH − 1)·stride − 2·padding + dilation·(KH − 1) + 1 + output padding` |
//!
//! It is the way back of a convolution from `z` to `x`, and its own way back is that convolution: with `δ = ∂loss/∂z`, `∂loss/∂x = W ⋆ δ`,
//! `∂loss/∂W[c][f][ky][kx] = Σ x[c][…]·δ[f][…]`, `∂loss/∂b[f] = Σ δ[f][…]`.

use core::marker::PhantomData;

use rand::Rng;

use super::convolve::{convolve, spread};
use super::window::{self, Window};
use crate::kernel::conv::{self, Geometry};
use crate::kernel::{Epilogue, NoEpilogue};
use crate::layer::Layer;
use crate::layer::activated::activated;
use crate::layer::activation::Activation;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::first;

/// `C_OUT` channels from images of `C_IN` channels.
///
/// In `network!`: `ConvTranspose2d<16, 8, 2, Relu, stride = 2>`; `_` takes the channels that come in. The activation defaults to
/// [`Linear`](crate::Linear). Settings, each one number or `(vertical, horizontal)`: `stride`, `padding`, `dilation`, as in the
/// [`Conv2d`](super::Conv2d) that goes the other way; `output_padding = 1` for rows and columns more at the end, which that convolution
/// would leave out; `groups`; `bias = false`.
///
/// `network!` makes the parameters of the type out of these arguments and settings:
///
/// | parameter | |
/// |---|---|
/// | `C_IN`, `C_OUT` | channels of the input, channels of the output |
/// | `DEPTH` | channels of the output that one of the input goes to: `C_OUT / groups` |
/// | `BIAS` | numbers in the bias: `C_OUT`, or 0 with `bias = false` |
/// | `A` | the activation |
/// | `G` | the window of the convolution that goes the other way, from the output to the input ([`Window2d`](super::Window2d)) |
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct ConvTranspose2d<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, const BIAS: usize, A, G: Window> {
    /// `W[c][f][ky][kx]`: what a number of channel `c` weighs in channel `f` of the output.
    pub weight: [[G::Kernel; DEPTH]; C_IN],
    /// `b[f]`; of no length with `bias = false`.
    pub bias: [f32; BIAS],
    what: PhantomData<(A, G)>,
}

impl<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, const BIAS: usize, A, G: Window>
    ConvTranspose2d<C_IN, C_OUT, DEPTH, BIAS, A, G>
{
    /// The dimensions of the convolution that goes the other way, after all checks.
    const GEOMETRY: Geometry = {
        assert!(BIAS == 0 || BIAS == C_OUT, "a `ConvTranspose2d` has as many biases as channels go out, or none");
        let geometry = window::geometry::<G>("ConvTranspose2d", C_OUT, C_IN, DEPTH);
        assert!(
            G::Scratch::COUNT >= geometry.back_buffer() && G::Training::COUNT >= geometry.training_buffer(),
            "a `ConvTranspose2d` has memory for its lines"
        );
        geometry
    };

    /// `z`, and `finish` of each few samples.
    fn logits(
        &self,
        x: &[[G::Stops; C_IN]],
        z: &mut [[G::Plane; C_OUT]],
        scratch: &mut [f32],
        finish: impl Epilogue<[G::Plane; C_OUT]>,
    ) {
        let parameters = (flatten(&self.weight), &self.bias[..]);
        spread::<G, _, _>(const { &Self::GEOMETRY }, parameters, x, z, scratch, finish);
    }

    /// The way back from `dz = ∂loss/∂z`.
    fn logits_back(
        &self,
        x: &[[G::Stops; C_IN]],
        dz: &mut [[G::Plane; C_OUT]],
        dx: Option<&mut [[G::Stops; C_IN]]>,
        gradient: &mut Self,
        scratch: &mut [f32],
    ) {
        let g = const { &Self::GEOMETRY };
        conv::weight_gradient(g, G::TAPS, flatten(x), flatten(dz), flatten_mut(&mut gradient.weight), scratch);
        conv::bias_gradient(g.plane(), flatten(dz), &mut gradient.bias);
        if let Some(dx) = dx {
            convolve::<G, _, _>(g, (flatten(&self.weight), &[]), dz, dx, scratch, NoEpilogue);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<const C_IN: usize, const C_OUT: usize, const DEPTH: usize, const BIAS: usize, A: Activation, G: Window> Layer
    for ConvTranspose2d<C_IN, C_OUT, DEPTH, BIAS, A, G>
{
    type Input = [G::Stops; C_IN];
    type Output = [G::Plane; C_OUT];
    type Head = A;
    type Gradient = Self;
    type Scratch<const B: usize> = G::Scratch;
    type Tape<const B: usize> = Pair<A::Kept<[Self::Output; B]>, G::Training>; // z, if A'(z) cannot be told from y

    const MACS: u64 = Self::GEOMETRY.macs();

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        let (fan_in, fan_out) = (C_IN * DEPTH / C_OUT * G::Kernel::COUNT, DEPTH * G::Kernel::COUNT);
        init.or(A::INIT).fill(flatten_mut(&mut self.weight), fan_in, fan_out, rng);
        self.bias.fill(0.0);
    }

    activated! { Pair(kept, scratch) => kept, scratch.as_flat_mut() }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let g = const { &Self::GEOMETRY };
        let inputs = window::inputs(graph, input, &self.weight, &self.bias);
        // of all that the windows spread to, what is taken off, and what is beyond
        let spread = [0, 1].map(|i| (g.output[i] - 1) * g.stride[i] + (g.kernel[i] - 1) * g.dilation[i] + 1);
        let pads = [0, 1].map(|i| [g.padding[i], spread[i].saturating_sub(g.input[i] + g.padding[i])]);
        let beyond = [0, 1].map(|i| (g.input[i] + g.padding[i]).saturating_sub(spread[i]) as i64);
        let more = [("group", Attribute::Int(g.groups as i64)), ("output_padding", Attribute::Ints(&beyond))];
        let z = window::export::<G>(pads, "ConvTranspose", first(&inputs, 2 + BIAS.min(1)), &more, graph);
        A::export(graph, z)
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Reader, Reading, each, setting};
    use crate::layers::read_window::{kernel, with_bias};

    pub const READERS: &[Reader] = &[("ConvTranspose", transposed_convolution)];

    fn transposed_convolution(node: &dyn Node) -> Reading {
        let (channels, sides) = node.planes()?;
        let (weight, [takes, depth], kernel, groups) = kernel(node, &sides)?;
        if takes != channels || sides.len() != 2 {
            return Err(format!(
                "takes images of {takes} channels, but what comes in has the shape {:?}",
                node.shape()
            ));
        }
        if node.ints("output_shape").is_some() || node.text("auto_pad").is_some_and(|pad| pad != "NOTSET") {
            return Err("says how large its output is, not its padding".into());
        }
        let bias = node.tensor_if_any(2)?;
        let filters = depth.checked_mul(groups).ok_or("gives too many channels")?;
        let (stride, dilation) = (node.sizes_of("strides", 2, 1)?, node.sizes_of("dilations", 2, 1)?);
        let (pads, more) = (node.sizes_of("pads", 4, 0)?, node.sizes_of("output_padding", 2, 0)?);
        let (mut sizes, mut beyond) = (vec![filters], Vec::new());
        for i in 0..2 {
            // of all that the windows spread to, with as much taken off behind as before, and what is then too little
            let spread = (sides[i] - 1)
                .checked_mul(stride[i])
                .zip(kernel[i].checked_sub(1).and_then(|k| k.checked_mul(dilation[i])));
            let spread =
                spread.and_then(|(all, last)| all.checked_add(last)?.checked_add(1)).ok_or("gives too much")?;
            let output =
                spread.saturating_add(more[i]).checked_sub(pads[i] + pads[i + 2]).ok_or("pads more than it gives")?;
            let whole = spread.checked_sub(2 * pads[i]).and_then(|whole| output.checked_sub(whole));
            let Some(extra) = whole.filter(|extra| *extra < stride[i].max(1)) else {
                return Err("pads more on one side than on the other".into());
            };
            sizes.push(output);
            beyond.push(extra);
        }
        let settings = [
            setting("stride", &stride, &[1, 1]),
            setting("padding", &pads[..2], &[0, 0]),
            setting("output_padding", &beyond, &[0, 0]),
            setting("dilation", &dilation, &[1, 1]),
            (groups > 1).then(|| format!("groups = {groups}")),
            bias.is_none().then(|| "bias = false".to_owned()),
        ];
        let layer = Declared {
            word: "ConvTranspose2d",
            arguments: vec![channels.to_string(), filters.to_string(), each(&kernel)],
            activates: true,
            settings: settings.into_iter().flatten().collect(),
            tensors: with_bias(weight, bias),
            ..Declared::default()
        };
        Found::layer(layer, sizes)
    }
}
