//! A rectifier whose slope below zero is learned (He et al. 2015): `y = x` where `x > 0`, else `y = w·x`.
//!
//! Backward: `∂loss/∂x = ∂loss/∂y` where `x > 0`, else `∂loss/∂y·w`; `∂loss/∂w = Σ ∂loss/∂y·x` over all `x ≤ 0`.

use core::marker::PhantomData;

use rand::Rng;

use crate::kernel::{self, norm};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::{Dims, Tensor};

/// The rectifier over the shape `S`, with `N` slopes: one for all, or one for each channel, which are the outermost dimension.
///
/// In `network!`: `Prelu` with one slope, `Prelu<16>` or `Prelu<_>` with one for each channel. As a layer with parameters it stands by itself,
/// behind a layer without activation: `Conv2d<3, 16, 3>, Prelu<_>`. Slopes begin at 0.25.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Prelu<const N: usize, S> {
    /// `w`
    pub weight: [f32; N],
    shape: PhantomData<S>,
}

impl<const N: usize, S: Tensor> Prelu<N, S> {
    /// Numbers that have a slope in common.
    const NUMBERS: usize = {
        let all = N == 1 || !S::DIMS.as_slice().is_empty() && S::DIMS.as_slice()[0] == N;
        assert!(all && S::COUNT > 0, "a `Prelu` has one slope, or one for each channel");
        S::COUNT / N
    };
}

#[diagnostic::do_not_recommend]
impl<const N: usize, S: Tensor> Layer for Prelu<N, S> {
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = 0; // as of activations

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {
        self.weight.fill(0.25);
    }

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], _scratch: &mut ()) {
        let numbers = const { Self::NUMBERS };
        let channels = flatten(x).chunks_exact(numbers).zip(flatten_mut(y).chunks_exact_mut(numbers));
        for ((x, y), slope) in channels.zip(self.weight.iter().cycle()) {
            let slope = *slope;
            kernel::zip(y, x, |_, x| if x > 0.0 { x } else { slope * x });
        }
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [S], _tape: &mut (), _pass: &mut Pass) {
        self.infer::<B>(x, y, &mut ());
    }

    fn backward<const B: usize>(
        &self,
        x: &[S],
        _y: &[S],
        _tape: &mut (),
        dy: &mut [S],
        dx: Option<&mut [S]>,
        gradient: &mut Self,
    ) {
        let numbers = const { Self::NUMBERS };
        for (x, dy) in x.iter().zip(&*dy) {
            let (x, dy) = (flatten(core::slice::from_ref(x)), flatten(core::slice::from_ref(dy)));
            for ((x, dy), sum) in x.chunks_exact(numbers).zip(dy.chunks_exact(numbers)).zip(&mut gradient.weight) {
                *sum += norm::sum_of_products_below_zero(dy, x);
            }
        }
        let Some(dx) = dx else { return };
        super::activate::copy(dy, dx);
        let channels = flatten(x).chunks_exact(numbers).zip(flatten_mut(dx).chunks_exact_mut(numbers));
        for ((x, dx), slope) in channels.zip(self.weight.iter().cycle()) {
            let slope = *slope;
            kernel::zip(dx, x, |dy, x| if x > 0.0 { dy } else { slope * dy });
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        // spread over the dimensions after the channels
        let rank = if N == 1 { 1 } else { S::DIMS.as_slice().len() };
        let dims = (1..rank).fold(Dims::SCALAR, |dims, _| dims.within(1)).within(N);
        let slope = graph.constant("weight", dims, &self.weight);
        Ok(graph.node("PRelu", &[input, slope], &[]))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Numbers, Reader, Reading};

    pub const READERS: &[Reader] = &[("PRelu", prelu)];

    fn prelu(node: &dyn Node) -> Reading {
        let (slope, shape) = (node.tensor(1)?, node.shape());
        let one = slope.dims.iter().all(|size| *size == 1) && slope.dims.len() <= shape.len() + 1;
        // a number for each channel, with a dimension for the batch or without, or in older files without any others
        let over_sample = slope.dims.strip_prefix(&[1]).filter(|dims| dims.len() == shape.len()).unwrap_or(&slope.dims);
        let of_channels = over_sample.first() == shape.first() && over_sample.iter().skip(1).all(|size| *size == 1);
        let channels = of_channels && (over_sample.len() == shape.len() || node.opset() < 7 && over_sample.len() == 1);
        if !(one || channels) {
            let (name, dims) = (&slope.name, &slope.dims);
            return Err(format!(
                "has `{name}` of the shape {dims:?}, where `Prelu` has one slope, or one for each channel"
            ));
        }
        let layer = Declared {
            word: "Prelu",
            arguments: shape.first().filter(|_| !one).map(usize::to_string).into_iter().collect(),
            tensors: vec![("weight", Numbers::Row(slope))],
            ..Declared::default()
        };
        Found::layer(layer, shape.to_vec())
    }
}
