//! Instance normalisation (Ulyanov, Vedaldi, Lempitsky 2016): each channel of each image is normalised for itself:
//! `y = x̂ = (x − mean) / √(variance + ε)`, or `y = γ·x̂ + β` with parameters of the channel. That is [`GroupNorm`](crate::GroupNorm) with as
//! many groups as channels, whose file has the formulas of backward.

use core::marker::PhantomData;

use rand::Rng;

use super::group_norm::{EPSILON, Grouped};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::{Dims, Tensor};

/// Normalises each of `C` channels of an image, then scales and shifts those by `AFFINE` parameters: `C`, or none.
///
/// In `network!`: `InstanceNorm2d`, or `InstanceNorm2d<affine = true>` with the parameters; as in PyTorch there are none unless they are asked
/// for. It has no running statistics: what it does is the same in training and in inference.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct InstanceNorm2d<const C: usize, const AFFINE: usize, S> {
    /// `γ`
    pub weight: [f32; AFFINE],
    /// `β`
    pub bias: [f32; AFFINE],
    shape: PhantomData<S>,
}

impl<const C: usize, const AFFINE: usize, S: Tensor> InstanceNorm2d<C, AFFINE, S> {
    /// ε, as in PyTorch.
    pub const EPSILON: f32 = EPSILON;

    /// The dimensions, after all checks.
    const GROUPED: Grouped = {
        assert!(AFFINE == 0 || AFFINE == C, "an `InstanceNorm2d` has parameters for each channel, or none");
        Grouped::new(S::COUNT, C, C)
    };
}

#[diagnostic::do_not_recommend]
impl<const C: usize, const AFFINE: usize, S: Tensor> Layer for InstanceNorm2d<C, AFFINE, S> {
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = S::COUNT as u64; // x̂; the statistics are not counted

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {
        (self.weight, self.bias) = ([1.0; AFFINE], [0.0; AFFINE]);
    }

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], _scratch: &mut ()) {
        const { Self::GROUPED }.forward(flatten(x), flatten_mut(y), [&self.weight, &self.bias]);
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
        let gradients = [&mut gradient.weight[..], &mut gradient.bias];
        const { Self::GROUPED }.backward(flatten(x), flatten_mut(dy), &self.weight, gradients);
        if let Some(dx) = dx {
            super::activate::copy(dy, dx);
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let dims = Dims::SCALAR.within(C);
        let (weight, bias) = if AFFINE == 0 {
            (graph.constant("scale", dims, &[1.0; C]), graph.constant("shift", dims, &[0.0; C]))
        } else {
            (graph.constant("weight", dims, &self.weight), graph.constant("bias", dims, &self.bias))
        };
        let settings = [("epsilon", Attribute::Float(EPSILON))];
        Ok(graph.node("InstanceNormalization", &[input, weight, bias], &settings))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use super::EPSILON;
    use crate::layer::import::{Declared, Found, Node, Numbers, Reader, Reading};

    pub const READERS: &[Reader] = &[("InstanceNormalization", instance_norm)];

    fn instance_norm(node: &dyn Node) -> Reading {
        node.in_order()?;
        let [channels, _, _] = node.shape() else {
            return Err(format!("takes what has the shape {:?}, which is no image", node.shape()));
        };
        node.same_epsilon("InstanceNorm2d", EPSILON)?;
        let [weight, bias] = node.vectors(*channels)?;
        let mut layer = Declared { word: "InstanceNorm2d", ..Declared::default() };
        if !(node.is_all(&weight.name, 1.0) && node.is_all(&bias.name, 0.0)) {
            layer.settings.push("affine = true".into());
            layer.tensors = vec![("weight", Numbers::Of(weight)), ("bias", Numbers::Of(bias))];
        }
        Found::layer(layer, node.shape().to_vec())
    }
}
