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

use super::window::{self, Slides, Window, geometry};
use crate::kernel::conv::{self, Geometry};
use crate::layer::activation::{self, Activation};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::{Shape, first};

/// `C_OUT` channels from images of `C_IN` channels, with windows of `KH` by `KW`, each into `DEPTH = C_OUT / groups` channels.
///
/// In `network!`: `ConvTranspose2d<16, 8, 2, Relu, stride = 2>`; `_` takes the channels that come in. The activation defaults to
/// [`Linear`](crate::Linear). Settings, each one number or `(vertical, horizontal)`: `stride`, `padding`, `dilation`, as in the
/// [`Conv2d`](super::Conv2d) that goes the other way; `output_padding = 1` for rows and columns more at the end, which that convolution
/// would leave out; `groups`; `bias = false`.
///
/// The window `G` is that of the convolution that goes the other way. The room for the lines being worked on is `ROOM` floats in
/// inference, `TRAINING` in training.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct ConvTranspose2d<
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
    /// `W[c][f][ky][kx]`: what a number of channel `c` weighs in channel `f` of the output.
    pub weight: [[[[f32; KW]; KH]; DEPTH]; C_IN],
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
> ConvTranspose2d<C_IN, C_OUT, KH, KW, DEPTH, BIAS, A, G, ROOM, TRAINING>
{
    /// The dimensions of the convolution that goes the other way, after all checks.
    const GEOMETRY: Geometry = {
        assert!(BIAS == 0 || BIAS == C_OUT, "a `ConvTranspose2d` has as many biases as channels go out, or none");
        let geometry = geometry::<G>("ConvTranspose2d", [KH, KW], C_OUT, C_IN, DEPTH);
        assert!(
            ROOM >= geometry.back_room() && TRAINING >= geometry.training_room(),
            "a `ConvTranspose2d` has room for its lines"
        );
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
> Layer
    for ConvTranspose2d<
        C_IN,
        C_OUT,
        KH,
        KW,
        DEPTH,
        BIAS,
        A,
        Window<H, W, OH, OW, SH, SW, PT, PL, DH, DW>,
        ROOM,
        TRAINING,
    >
{
    type Input = [[[f32; OW]; OH]; C_IN];
    type Output = [[[f32; W]; H]; C_OUT];
    type Head = A;
    type Gradient = Self;
    type Scratch<const B: usize> = [f32; ROOM];
    type Tape<const B: usize> = Pair<A::Kept<[Self::Output; B]>, [f32; TRAINING]>; // z, if A'(z) cannot be told from y

    const MACS: u64 = Self::GEOMETRY.macs();

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        let (fan_in, fan_out) = (C_IN * DEPTH / C_OUT * KH * KW, DEPTH * KH * KW);
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
        A::backward(tape.0.as_flat(), flatten(y), flatten_mut(dy), W);
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
        conv::weight_gradient(g, taps, flatten(x), flatten(dz), flatten_mut(&mut gradient.weight), room);
        conv::bias_gradient(g.plane(), flatten(dz), &mut gradient.bias);
        if let Some(dx) = dx {
            let (weight, samples) = (flatten(&self.weight), const { conv::samples_at_a_time(Self::Input::COUNT) });
            conv::each_few((g.macs(), g.room()), samples, dz, dx, room, &|dz, dx, room| {
                conv::forward(g, taps, flatten(dz), weight, &[], flatten_mut(dx), room);
            });
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let g = &Self::GEOMETRY;
        let weight = graph.constant("weight", <[[[[f32; KW]; KH]; DEPTH]; C_IN]>::DIMS, flatten(&self.weight));
        let bias = if BIAS == 0 { Value::NONE } else { graph.constant("bias", <[f32; BIAS]>::DIMS, &self.bias) };
        // of all that the windows spread to, what is taken off, and what is beyond
        let spread = [0, 1].map(|i| (g.output[i] - 1) * g.stride[i] + (g.kernel[i] - 1) * g.dilation[i] + 1);
        let pads = [0, 1].map(|i| [g.padding[i], spread[i].saturating_sub(g.input[i] + g.padding[i])]);
        let beyond = [0, 1].map(|i| (g.input[i] + g.padding[i]).saturating_sub(spread[i]) as i64);
        let more = [("group", Attribute::Int(g.groups as i64)), ("output_padding", Attribute::Ints(&beyond))];
        let inputs = [input, weight, bias];
        let inputs = first(&inputs, 2 + BIAS.min(1));
        let z = window::export(g, pads, &Self::Input::DIMS, "ConvTranspose", inputs, &more, graph);
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
> ConvTranspose2d<C_IN, C_OUT, KH, KW, DEPTH, BIAS, A, G, ROOM, TRAINING>
{
    /// `z`, a few samples at a time; `finish` is called on each few while they are hot in the cache.
    fn convolve<X: Parameters, Y: Parameters>(
        &self,
        x: &[X],
        y: &mut [Y],
        room: &mut [f32],
        finish: impl Fn(&mut [Y]) + Sync,
    ) {
        let (g, taps) = (const { &Self::GEOMETRY }, const { Self::BACK_TAPS.as_flattened() });
        let samples = const { conv::samples_at_a_time(Y::COUNT) };
        let (weight, bias) = (flatten(&self.weight), &self.bias);
        conv::each_few((g.macs(), g.back_room()), samples, x, y, room, &|x, y, room| {
            conv::input_gradient(g, taps, flatten(x), weight, bias, flatten_mut(y), room);
            finish(y);
        });
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
