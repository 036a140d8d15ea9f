//! Group normalisation (Wu, He 2018): of each sample, the channels are divided into groups, one after the other, and each is normalised for
//! itself: `y = γ·x̂ + β` with `x̂ = (x − mean)·r` and `r = 1 / √(variance + ε)`, mean and variance (divided by their number) of the group,
//! `γ` and `β` of the channel.
//!
//! Backward, with `g = ∂loss/∂y · γ` and means over the group: `∂loss/∂x = r·(g − mean(g) − x̂·mean(g·x̂))`,
//! `∂loss/∂γ = Σ ∂loss/∂y·x̂`, `∂loss/∂β = Σ ∂loss/∂y` over the channel of all samples.
//!
//! Nothing is remembered: mean and variance are computed again from `x`, which costs less than memory does on a device.

use core::marker::PhantomData;

use rand::Rng;

use crate::kernel::{self, math, norm};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::{Dims, Tensor};

/// Normalises each of `GROUPS` groups of the `C` channels of the shape `S`, then scales and shifts each channel by parameters.
///
/// In `network!`: `GroupNorm<4>` for images and signals. What it does is the same in training and in inference, and in batches of any size.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct GroupNorm<const C: usize, const GROUPS: usize, S> {
    /// `γ`
    pub weight: [f32; C],
    /// `β`
    pub bias: [f32; C],
    shape: PhantomData<S>,
}

impl<const C: usize, const GROUPS: usize, S: Tensor> GroupNorm<C, GROUPS, S> {
    /// ε, as in PyTorch.
    pub const EPSILON: f32 = EPSILON;

    /// The dimensions, after all checks.
    const GROUPED: Grouped = {
        assert!(GROUPS > 0 && C > 0 && C.is_multiple_of(GROUPS), "the groups of a `GroupNorm` divide its channels");
        Grouped::new(S::COUNT, C, GROUPS)
    };
}

/// ε of normalisations over channels.
pub(super) const EPSILON: f32 = 1e-5;

/// How samples are divided.
#[derive(Clone, Copy)]
pub(super) struct Grouped {
    /// Numbers of a sample.
    sample: usize,
    /// Numbers of a group.
    group: usize,
    /// Numbers of a channel.
    channel: usize,
}

impl Grouped {
    pub const fn new(sample: usize, channels: usize, groups: usize) -> Grouped {
        assert!(
            sample > 0 && channels > 0 && sample.is_multiple_of(channels),
            "a normalisation has the channels of its input"
        );
        Grouped { sample, group: sample / groups, channel: sample / channels }
    }

    /// Mean and `r` of a group.
    #[inline(always)]
    fn statistics(self, x: &[f32]) -> (f32, f32) {
        let (all, scale) = ([1, self.group, 0], 1.0 / self.group as f32);
        let mean = norm::sum(all, x) * scale;
        (mean, 1.0 / math::sqrt(norm::sum_of_squares(all, x, mean) * scale + EPSILON))
    }

    /// Maps samples. Where there are no scales and shifts, these are 1 and 0.
    #[inline(always)]
    pub fn forward(self, x: &[f32], y: &mut [f32], [weight, bias]: [&[f32]; 2]) {
        for (x, y) in x.chunks_exact(self.sample).zip(y.chunks_exact_mut(self.sample)) {
            let mut parameters = weight.iter().zip(bias);
            for (x, y) in x.chunks_exact(self.group).zip(y.chunks_exact_mut(self.group)) {
                let (mean, r) = self.statistics(x);
                for (x, y) in x.chunks_exact(self.channel).zip(y.chunks_exact_mut(self.channel)) {
                    let (weight, bias) = parameters.next().unwrap_or((&1.0, &0.0));
                    // x − mean first: the two may be large and close
                    let (scale, shift) = (weight * r, *bias);
                    kernel::zip(y, x, |_, x| (x - mean) * scale + shift);
                }
            }
        }
    }

    /// Replaces `∂loss/∂y` by `∂loss/∂x`, and adds the derivatives by scales and shifts, where there are any.
    #[inline(always)]
    pub fn backward(self, x: &[f32], dy: &mut [f32], weight: &[f32], [by_weight, by_bias]: [&mut [f32]; 2]) {
        let scale = 1.0 / self.group as f32;
        for (x, dy) in x.chunks_exact(self.sample).zip(dy.chunks_exact_mut(self.sample)) {
            let mut parameters = weight.iter().zip(&mut *by_weight).zip(&mut *by_bias);
            for (x, dy) in x.chunks_exact(self.group).zip(dy.chunks_exact_mut(self.group)) {
                let (mean, r) = self.statistics(x);
                let (mut sum, mut weighted) = (0.0, 0.0);
                for (x, dy) in x.chunks_exact(self.channel).zip(dy.chunks_exact_mut(self.channel)) {
                    let all = [1, self.channel, 0];
                    let (shifts, scales) = (norm::sum(all, dy), r * norm::sum_of_products(all, dy, x, mean));
                    let mut weight = 1.0;
                    if let Some(((w, by_weight), by_bias)) = parameters.next() {
                        *by_weight += scales;
                        *by_bias += shifts;
                        weight = *w;
                        kernel::map(dy, |dy| dy * weight);
                    }
                    sum += weight * shifts;
                    weighted += weight * scales;
                }
                let (offset, slope) = (sum * scale, r * weighted * scale);
                kernel::zip(dy, x, |g, x| r * (g - offset - (x - mean) * slope));
            }
        }
    }
}

#[diagnostic::do_not_recommend]
impl<const C: usize, const GROUPS: usize, S: Tensor> Layer for GroupNorm<C, GROUPS, S> {
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = S::COUNT as u64; // γ·x̂; the statistics are not counted

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {
        (self.weight, self.bias) = ([1.0; C], [0.0; C]);
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
        // ONNX's own operator has a scale for each group, not for each channel, before version 21
        let whole = |numbers: &[i64], name: &str, graph: &mut dyn Graph| {
            graph.whole_numbers(name, Dims::SCALAR.within(numbers.len()), numbers)
        };
        let groups = whole(&[0, GROUPS as i64, -1], "groups", graph);
        let rows = graph.node("Reshape", &[input, groups], &[]);
        let ones = graph.constant("scale", Dims::SCALAR.within(GROUPS), &[1.0; GROUPS]);
        let zeros = graph.constant("shift", Dims::SCALAR.within(GROUPS), &[0.0; GROUPS]);
        let settings = [("epsilon", Attribute::Float(EPSILON))];
        let normal = graph.node("InstanceNormalization", &[rows, ones, zeros], &settings);
        let mut sizes = [0; 7];
        let rank = S::DIMS.as_slice().len();
        sizes.iter_mut().skip(1).zip(S::DIMS.as_slice()).for_each(|(to, size)| *to = *size as i64);
        let shape = whole(sizes.get(..=rank).unwrap_or_default(), "shape", graph);
        let normal = graph.node("Reshape", &[normal, shape], &[]);
        let dims = (1..rank).fold(Dims::SCALAR, |dims, _| dims.within(1)).within(C);
        let weight = graph.constant("weight", dims, &self.weight);
        let scaled = graph.node("Mul", &[normal, weight], &[]);
        let bias = graph.constant("bias", dims, &self.bias);
        Ok(graph.node("Add", &[scaled, bias], &[]))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use super::EPSILON;
    use crate::layer::import::{Declared, Found, Node, Numbers, Reader, Reading, Size, Tensor, with};

    pub const READERS: &[Reader] = &[("GroupNormalization", operator), ("Reshape", spelt_out)];

    fn operator(node: &dyn Node) -> Reading {
        if node.opset() < 21 {
            return Err("has a scale for each group, where `GroupNorm` has one for each channel".into());
        }
        let groups = node.int("num_groups").and_then(|groups| usize::try_from(groups).ok()).ok_or("has no groups")?;
        node.same_epsilon("GroupNorm", EPSILON)?;
        group_norm(node, groups, [node.tensor(1)?, node.tensor(2)?])
    }

    fn group_norm(node: &dyn Node, groups: usize, tensors: [Tensor; 2]) -> Reading {
        let (channels, _) = node.planes()?;
        if groups == 0 || !channels.is_multiple_of(groups) {
            return Err(format!("has {groups} groups of {channels} channels"));
        }
        for tensor in &tensors {
            if tensor.dims.first() != Some(&channels) || tensor.dims.iter().skip(1).any(|size| *size != 1) {
                return Err(format!("has `{}` of the shape {:?} for {channels} channels", tensor.name, tensor.dims));
            }
        }
        let [weight, bias] = tensors.map(Numbers::Row);
        let layer = Declared {
            word: "GroupNorm",
            arguments: vec![groups.to_string()],
            tensors: vec![("weight", weight), ("bias", bias)],
            ..Declared::default()
        };
        Found::layer(layer, node.shape().to_vec())
    }

    /// As it is where there is no operator for it: the groups are the channels of an instance normalisation.
    fn spelt_out(node: &dyn Node) -> Reading {
        let Some(norm) = node.next("InstanceNormalization") else { return Ok(None) };
        let (Some(groups), [_, scale, shift]) = (norm.constant(&norm.inputs()[1]), norm.inputs()) else {
            return Ok(None);
        };
        let groups = groups.dims.iter().product();
        if !(norm.is_all(scale, 1.0) && norm.is_all(shift, 0.0)) {
            return Err("normalises in another shape, and is no `GroupNorm`".into());
        }
        norm.same_epsilon("GroupNorm", EPSILON)?;
        let (groups_of, count) = (shape_of(node).ok_or("gives a shape that is not known here")?, node.count());
        if groups_of.first() != Some(&(groups as i64))
            || groups_of.iter().fold(1_i64, |all, size| all.saturating_mul(*size)) != count as i64
        {
            return Err("normalises in another shape, and is no `GroupNorm`".into());
        }
        let whole = || {
            let back = norm.next("Reshape").filter(|back| {
                shape_of(&**back)
                    .is_some_and(|shape| shape.iter().map(|size| *size as usize).eq(node.shape().iter().copied()))
            })?;
            let scaled = back.next("Mul")?;
            let shifted = scaled.next("Add")?;
            let [weight, bias] =
                [&scaled, &shifted].map(|node| node.inputs().iter().find_map(|name| node.constant(name)));
            Some(with(group_norm(node, groups, [weight?, bias?]), &[&*norm, &*back, &*scaled, &*shifted]))
        };
        whole().ok_or("is no `GroupNorm` with scale and shift")?
    }

    /// The sizes of a sample that a `Reshape` gives, of which one may follow from the others.
    fn shape_of(node: &dyn Node) -> Option<Vec<i64>> {
        let sizes = node.sizes(node.inputs().get(1)?)?;
        let (batch, rest) = sizes.split_first()?;
        let sample = |size: &Size| match size {
            Size::Of(size) if *size != 0 => Some(*size),
            _ => None,
        };
        let mut rest = rest.iter().map(sample).collect::<Option<Vec<i64>>>()?;
        let open = rest.iter().position(|size| *size == -1);
        let same = match batch {
            Size::Batch | Size::Of(0) => true,
            Size::Of(-1) => open.is_none(),
            Size::Of(size) => node.batch() == Some(*size),
        };
        if let Some(open) = open {
            let stated = rest.iter().filter(|size| **size != -1).fold(1_i64, |all, size| all.saturating_mul(*size));
            rest[open] = (node.count() as i64).checked_div(stated)?;
        }
        (same && rest.iter().all(|size| *size > 0)).then_some(rest)
    }
}
