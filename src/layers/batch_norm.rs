//! Batch normalisation (Ioffe, Szegedy 2015) of each channel: `y = γ·x̂ + β` with `x̂ = (x − mean) / √(variance + ε)`.
//!
//! In training, mean and variance (divided by their number `N`) are those of the channel over the whole batch. In inference they are the
//! running ones, which the layer keeps beside its parameters: saved and loaded with them, but neither trained nor decayed. After each
//! step of training `running = 0.9·running + 0.1·batch`, the variance of the batch divided by `N − 1`, as in PyTorch. Of batches that
//! are accumulated for one step, the mean counts.
//!
//! One number has no variance, so in training each channel needs at least two numbers in a batch: two samples where a channel is a single
//! number of each, as over vectors, images of one pixel and signals of one step. A workspace for batches of one sample does not compile
//! then ([`Layer::LEAST_SAMPLES`]), and a smaller batch is an error of the training step (PyTorch refuses it, too). A frozen `BatchNorm`
//! has the statistics of inference and takes any batch; so does [`LayerNorm`](crate::LayerNorm).
//!
//! Backward, with `g = ∂loss/∂y · γ`, `r = 1 / √(variance + ε)` and means over the channel:
//! `∂loss/∂x = r·(g − mean(g) − x̂·mean(g·x̂))`, `∂loss/∂γ = Σ ∂loss/∂y·x̂`, `∂loss/∂β = Σ ∂loss/∂y`.

use core::marker::PhantomData;

use rand::Rng;

use crate::kernel::{math, norm};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{GradientOf, Layer, Pass};
use crate::memory::plain::{Parameters, Plain, flatten, flatten_mut};
use crate::shape::{Shape, Tensor};

/// Normalises each of `C` channels of the shape `S` over the batch, then scales and shifts it by parameters.
///
/// In `network!`: `BatchNorm2d` for images, `BatchNorm1d` for signals and vectors, of which each number is a channel. Put it between a
/// convolution and its activation, and leave out the bias that it makes idle: `Conv2d<3, 16, 3, bias = false>, BatchNorm2d, Relu`. For
/// inference, [`Conv2d::fold`](super::Conv2d::fold) makes one convolution of the two.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct BatchNorm<const C: usize, S> {
    /// `γ`
    pub weight: [f32; C],
    /// `β`
    pub bias: [f32; C],
    /// The mean in inference.
    #[parameters(non_trainable)]
    pub running_mean: [f32; C],
    /// The variance in inference.
    #[parameters(non_trainable)]
    pub running_var: [f32; C],
    shape: PhantomData<S>,
}

/// The gradient of a [`BatchNorm`]: of what is trained, and the statistics that came by on the way.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct BatchNormGradient<const C: usize> {
    /// `∂loss/∂γ`
    pub weight: [f32; C],
    /// `∂loss/∂β`
    pub bias: [f32; C],
    mean: [f32; C],
    variance: [f32; C],
    batches: f32,
}

/// What backward needs from forward: the statistics used, and whether they were those of the batch.
#[derive(Debug, Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct BatchNormTape<const C: usize> {
    mean: [f32; C],
    /// `1 / √(variance + ε)`
    factor: [f32; C],
    /// Divided by `N − 1`.
    variance: [f32; C],
    frozen: u32,
}

/// Variances from this on make outputs that are not finite, so that a step refuses them. Divided by the root of an infinite one, all numbers would
/// be 0, and the running statistics spoilt for ever; the sums of those of several batches must be finite as well.
const LARGEST: f32 = 1e30;

impl<const C: usize, S> BatchNorm<C, S> {
    /// ε, as in PyTorch.
    pub const EPSILON: f32 = 1e-5;
    /// How much a batch counts in the running statistics, as in PyTorch.
    pub const MOMENTUM: f32 = 0.1;

    /// `1 / √(running variance + ε)` of each channel.
    fn factors(&self) -> impl Iterator<Item = f32> {
        self.running_var.iter().map(|variance| 1.0 / math::sqrt(variance + Self::EPSILON))
    }

    /// What inference multiplies each channel by, and what it adds then.
    pub(crate) fn scales_and_shifts(&self) -> impl Iterator<Item = (f32, f32)> {
        let parameters = self.weight.iter().zip(&self.bias).zip(&self.running_mean);
        parameters.zip(self.factors()).map(|(((weight, bias), mean), factor)| {
            let scale = weight * factor;
            (scale, bias - mean * scale)
        })
    }
}

#[diagnostic::do_not_recommend]
impl<const C: usize, S: 'static> GradientOf<BatchNorm<C, S>> for BatchNormGradient<C> {
    const TRAINED: usize = 2 * C;

    fn pairs(&mut self, layer: &mut BatchNorm<C, S>, visit: &mut dyn FnMut(&mut [f32], &mut [f32])) {
        visit(&mut layer.weight, &mut self.weight);
        visit(&mut layer.bias, &mut self.bias);
    }

    fn finish(&mut self, layer: &mut BatchNorm<C, S>) {
        if self.batches > 0.0 {
            let (keep, share) = (1.0 - BatchNorm::<C, S>::MOMENTUM, BatchNorm::<C, S>::MOMENTUM / self.batches);
            for c in 0..C {
                layer.running_mean[c] = keep * layer.running_mean[c] + share * self.mean[c];
                layer.running_var[c] = keep * layer.running_var[c] + share * self.variance[c];
            }
        }
        (self.mean, self.variance, self.batches) = ([0.0; C], [0.0; C], 0.0);
    }
}

#[diagnostic::do_not_recommend]
impl<const C: usize, S: Tensor> Layer for BatchNorm<C, S> {
    type Input = S;
    type Output = S;
    type Head = crate::Linear;
    type Gradient = BatchNormGradient<C>;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = BatchNormTape<C>;

    const MACS: u64 = S::COUNT as u64;
    const LEAST_SAMPLES: usize = if S::COUNT / C > 1 { 1 } else { 2 };

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {
        (self.weight, self.bias) = ([1.0; C], [0.0; C]);
        (self.running_mean, self.running_var) = ([0.0; C], [1.0; C]);
    }

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], _scratch: &mut ()) {
        const { assert!(C > 0 && S::COUNT % C == 0, "a `BatchNorm` has as many channels as what comes in") };
        for (c, (scale, shift)) in self.scales_and_shifts().enumerate() {
            norm::scale_and_shift([C, S::COUNT / C, c], flatten(x), flatten_mut(y), scale, shift);
        }
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [S], tape: &mut BatchNormTape<C>, pass: &mut Pass) {
        tape.frozen = u32::from(pass.is_frozen());
        if pass.is_frozen() {
            tape.mean = self.running_mean;
            tape.factor.iter_mut().zip(self.factors()).for_each(|(to, factor)| *to = factor);
            self.infer::<B>(x, y, &mut ());
            return;
        }
        if x.len() * S::COUNT / C < 2 {
            pass.refuse_too_few();
        }
        let numbers = (x.len() * S::COUNT / C) as f32;
        for c in 0..C {
            let channel = [C, S::COUNT / C, c];
            let mean = norm::sum(channel, flatten(x)) / numbers;
            let squares = norm::sum_of_squares(channel, flatten(x), mean);
            let variance = squares / numbers;
            let factor = if variance < LARGEST { 1.0 / math::sqrt(variance + Self::EPSILON) } else { f32::NAN };
            (tape.mean[c], tape.factor[c]) = (mean, factor);
            tape.variance[c] = squares / (numbers - 1.0).max(1.0);
            // x − mean first: the two may be large and close
            let scale = self.weight[c] * factor;
            norm::center_scale_shift(channel, flatten(x), flatten_mut(y), mean, scale, self.bias[c]);
        }
    }

    fn backward<const B: usize>(
        &self,
        x: &[S],
        _y: &[S],
        tape: &mut BatchNormTape<C>,
        dy: &mut [S],
        mut dx: Option<&mut [S]>,
        gradient: &mut BatchNormGradient<C>,
    ) {
        let numbers = (x.len() * S::COUNT / C) as f32;
        let from_batch = tape.frozen == 0;
        for c in 0..C {
            let channel = [C, S::COUNT / C, c];
            let (mean, factor) = (tape.mean[c], tape.factor[c]);
            let sum = norm::sum(channel, flatten(dy));
            let product = factor * norm::sum_of_products(channel, flatten(dy), flatten(x), mean);
            gradient.bias[c] += sum;
            gradient.weight[c] += product;
            if from_batch {
                gradient.mean[c] += mean;
                gradient.variance[c] += tape.variance[c];
            }
            if let Some(dx) = dx.as_deref_mut() {
                let scale = self.weight[c] * factor;
                // ∂loss/∂x = scale·(∂loss/∂y − (Σ ∂loss/∂y + (x − mean)·factor·Σ ∂loss/∂y·x̂) / N)
                let [offset, slope] = if from_batch { [sum / numbers, factor * product / numbers] } else { [0.0, 0.0] };
                let (dy, x) = (flatten(dy), flatten(x));
                norm::input_gradient(channel, dy, x, flatten_mut(dx), mean, [scale, offset, slope]);
            }
        }
        if from_batch {
            gradient.batches += 1.0;
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let tensors = [
            ("weight", &self.weight),
            ("bias", &self.bias),
            ("running_mean", &self.running_mean),
            ("running_var", &self.running_var),
        ];
        let [weight, bias, mean, variance] =
            tensors.map(|(name, numbers)| graph.constant(name, <[f32; C]>::DIMS, numbers));
        let settings = [("epsilon", Attribute::Float(Self::EPSILON))];
        Ok(graph.node("BatchNormalization", &[input, weight, bias, mean, variance], &settings))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Numbers, Reader, Reading};
    use crate::layers::BatchNorm;

    pub const READERS: &[Reader] = &[("BatchNormalization", batch_norm)];

    fn batch_norm(node: &dyn Node) -> Reading {
        if node.int("training_mode").unwrap_or(0) != 0 {
            return Err("is for training".into());
        }
        if node.is_taken(1) || node.opset() < 7 && node.int("is_test").unwrap_or(0) == 0 {
            return Err("is for training: it gives statistics of the batch".into());
        }
        if node.int("spatial").unwrap_or(1) == 0 {
            return Err("normalises each number, not each channel".into());
        }
        node.in_order()?;
        let channels = *node.shape().first().ok_or("takes nothing")?;
        let word = match node.shape().len() {
            1 | 2 => "BatchNorm1d",
            3 => "BatchNorm2d",
            _ => return Err(format!("takes what has the shape {:?}", node.shape())),
        };
        let [weight, bias, mean, variance] = node.vectors(channels)?;
        // the layer adds its own epsilon
        let more = node.float("epsilon").unwrap_or(1e-5) - BatchNorm::<1, [f32; 1]>::EPSILON;
        let variance = if more == 0.0 { Numbers::Of(variance) } else { Numbers::Shifted(variance, more) };
        let tensors = vec![
            ("weight", Numbers::Of(weight)),
            ("bias", Numbers::Of(bias)),
            ("running_mean", Numbers::Of(mean)),
            ("running_var", variance),
        ];
        let sizes = node.shape().to_vec();
        Found::layer(Declared { word, tensors, ..Declared::default() }, sizes)
    }
}
