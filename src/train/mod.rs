//! The training step: forward pass, loss, backward pass, update.
//!
//! 1. forward: the network maps a batch of inputs to logits and remembers what backward needs;
//! 2. loss: compared with the targets they give one number, and its derivative by the logits;
//! 3. backward: the chain rule carries the derivative from layer to layer, and each adds up its own gradient;
//! 4. update: the optimizer moves each parameter against its gradient.

#![allow(unsafe_code)] // one impl of plain memory

mod batch;
#[cfg(feature = "safetensors")]
pub(crate) mod checkpoint;
#[cfg(feature = "std")]
pub mod fit;
#[cfg(feature = "std")]
pub mod history;
pub mod loss;
pub mod optimizer;
#[cfg(feature = "std")]
pub mod progress;

use core::fmt::Display;
use core::mem::size_of;

use crate::kernel::{self, math, threads};
use crate::layer::{Gradient, GradientOf, Layer, Pass};
use crate::memory::plain::{Plain, clear, zeroed};
use crate::memory::text::Text;
use crate::network::junction::assert_trainable;
use crate::network::{AsNetwork, Network};
use crate::shape::{Shape, finite, first, first_mut};
use crate::train::loss::{CompatibleWith, Loss};
use crate::train::optimizer::{Optimizer, Schedule, State, Step};
use batch::{check_batch, check_inputs, looks_at_inputs, not_finite_input};

pub use batch::BatchError;

/// All memory that training borrows, for batches of up to `BATCH` samples: gradient, state of the optimizer, tape.
///
/// It starts as zeros, in a `static` by [`zeroed`](Workspace::zeroed) or on the heap by `boxed`, and is never moved. One
/// workspace serves one run of training; to start anew, [`reset`](Workspace::reset) it.
#[repr(C)]
pub struct Workspace<N: Network, O: Optimizer, const BATCH: usize> {
    // what there is of each sample comes first: where `BATCH` is a multiple of 16, all of these begin at whole cache lines
    tape: N::Tape<BATCH>,
    outputs: [N::Output; BATCH],
    signals: [Gradient<N::Output>; BATCH],
    // slots of 4096 numbers or more take up whole lines, so that the gradient behind them begins at one as well
    state: O::State<N::SlotCount>,
    gradient: N::Gradient,
    steps: u32,
    samples: u32,
}

crate::memory::plain::opaque_debug! { [N: Network, O: Optimizer, const B: usize] Workspace, Workspace<N, O, B> }

#[diagnostic::do_not_recommend]
// SAFETY: `repr(C)`, runs of whole words.
unsafe impl<N: Network, O: Optimizer + 'static, const B: usize> Plain for Workspace<N, O, B> {
    const FIELDS: usize = {
        let samples = <[N::Output; B]>::BYTES + <[Gradient<N::Output>; B]>::BYTES;
        N::Tape::<B>::BYTES + samples + O::State::<N::SlotCount>::BYTES + N::Gradient::BYTES + 2 * u32::BYTES
    };
}

impl<N: Network, O: Optimizer + 'static, const B: usize> Workspace<N, O, B> {
    /// Its size in bytes: with the network itself, all that training needs.
    pub const BYTES: usize = size_of::<Self>();

    /// How many samples fit in a batch.
    pub const CAPACITY: usize = B;

    /// A new workspace, for the initialiser of a `static`.
    #[must_use]
    pub const fn zeroed() -> Self {
        zeroed()
    }

    /// A new workspace on the heap.
    #[cfg(feature = "std")]
    #[must_use]
    pub fn boxed() -> crate::memory::aligned_box::Boxed<Self> {
        crate::memory::aligned_box::Boxed::zeroed()
    }

    /// Forgets everything: as new.
    pub fn reset(&mut self) {
        clear(self);
    }

    /// How many steps have been made.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// What the optimizer remembers.
    #[cfg(feature = "safetensors")]
    pub(crate) fn state(&self) -> &O::State<N::SlotCount> {
        &self.state
    }

    /// Goes on where a run was after so many steps, of whose optimizer `state` is to be given back what it remembered.
    #[cfg(feature = "safetensors")]
    pub(crate) fn resume(&mut self, steps: u32) -> &mut O::State<N::SlotCount> {
        self.steps = steps;
        &mut self.state
    }

    /// The gradient gathered so far: the sum over samples. Zero after a step.
    pub fn gradient(&self) -> &N::Gradient {
        &self.gradient
    }

    /// Begins anew where a custom layer or optimizer panicked, which left a part of the gradient behind.
    fn forget_a_panic(&mut self) {
        if self.samples == PANICKED {
            clear(&mut self.gradient);
            self.samples = 0;
        }
    }

    /// The outputs of the network for the last batch, as it was before the step.
    pub fn outputs(&self) -> &[N::Output] {
        &self.outputs
    }

    /// Tells the name of the first layer whose outputs for the last batch of `samples` were not all finite, if one is.
    pub fn first_not_finite(&self, samples: usize, tell: &mut dyn FnMut(&dyn Display)) {
        let mut found = false;
        N::inspect::<B>(&self.tape, samples, &mut |name, finite| {
            if !finite && !found {
                found = true;
                tell(name);
            }
        });
        let outputs = first(&self.outputs, samples);
        if !found
            && !finite(outputs)
            && let Some(last) = N::SUMMARY.layers.last()
        {
            tell(&last.name);
        }
    }
}

/// The number of samples while a gradient is worked on: what is found there later was left by a panic.
const PANICKED: u32 = u32::MAX;

/// How to train: a loss, an optimizer, and what changes its steps. Small, plain settings; all memory is in the [`Workspace`].
///
/// # Threads
///
/// With the feature `threads` (on by default) large steps are computed on threads of the crate's own, to the bits of one thread;
/// `with_threads` at the root of the crate limits their number. Whoever calls waits meanwhile and runs no task of another pool, so a lock
/// may be held around a call.
///
/// # Which bits are equal
///
/// On one machine the same seed, data and settings give the same bits, on any number of threads, and a sample gives in a batch what it
/// gives alone. From one machine to another, these are equal to the bit on every processor: files, byte images, drawn parameters, elementary
/// functions, element-wise loops (losses, optimizers, clipping), and dense layers of up to 512 weights, forward and backward. So a small
/// network, such as one that learns XOR, learns on a microcontroller what it learns on a desktop.
///
/// Larger dense layers, convolutions, and what else adds up products are equal where the processors have the same vectors: AVX-512, AVX2
/// with FMA, SSE2, NEON, SIMD128, or none (Cortex-M, RISC-V, 32-bit x86, s390x; `--cfg congruent_scalar` computes so anywhere). Between these
/// kinds they differ by a few roundings, since vectors add in another order and a fused multiply-add rounds once: the probabilities that
/// a small convolutional network gives by up to two units in the last place, its parameters after 30 steps of training by some 10⁻⁷.
#[derive(Clone, Copy, Debug)]
pub struct Trainer<L, O> {
    loss: L,
    optimizer: O,
    schedule: Schedule,
    clip_norm: f32,
    clip_value: f32,
    seed: u64,
}

impl<L, O> Trainer<L, O> {
    #[cfg(feature = "safetensors")]
    pub(crate) fn loss(&self) -> &L {
        &self.loss
    }

    #[cfg(feature = "safetensors")]
    pub(crate) fn optimizer(&self) -> &O {
        &self.optimizer
    }

    /// With a constant learning rate and no clipping.
    #[must_use]
    pub const fn new(loss: L, optimizer: O) -> Self {
        let (schedule, clip_norm, clip_value) = (Schedule::constant(), f32::INFINITY, f32::INFINITY);
        Trainer { loss, optimizer, schedule, clip_norm, clip_value, seed: 0 }
    }

    /// The course of the learning rate.
    #[must_use]
    pub const fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Shortens the gradient of a step to this length (the root of its sum of squares) when it is longer.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn clip_norm(mut self, length: f32) -> Self {
        assert!(length > 0.0, "a gradient is clipped to a length above 0");
        self.clip_norm = length;
        self
    }

    /// Cuts each number of the gradient off at `±limit`.
    ///
    /// # Panics
    ///
    /// When a setting is out of its range, see [the table](crate::optimizer).
    #[must_use]
    #[track_caller]
    pub const fn clip_value(mut self, limit: f32) -> Self {
        assert!(limit > 0.0, "a gradient is clipped to a limit above 0");
        self.clip_value = limit;
        self
    }

    /// The seed of all that is random in training: what `Dropout` drops.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

/// What goes into a network that is given by itself or in a box.
type Input<N> = <<N as AsNetwork>::Network as Layer>::Input;
/// What it gives.
type Output<N> = <<N as AsNetwork>::Network as Layer>::Output;
/// The activation that ends it.
type Head<N> = <<N as AsNetwork>::Network as Layer>::Head;

impl<L, O: Optimizer + 'static> Trainer<L, O> {
    /// One step of training: returns the mean loss of the batch, and moves the network against its gradient.
    ///
    /// A custom layer or optimizer may panic, and its caller may go on with the workspace: the gradient gathered so far is then forgotten.
    ///
    /// # Errors
    ///
    /// When the batch is empty, larger than the capacity `B`, or too small for a `BatchNorm`; when there are not as many targets as inputs;
    /// when an input or a target is not one of the network or the loss; when an input, a target, the loss or the gradient is not finite,
    /// or the gradient so long that the optimizer would throw the network far away. The network and the state of the optimizer are then as
    /// before the batch.
    ///
    /// So a network that is finite before a step is so after it. An input that is not finite is found by its effect on loss and gradient where
    /// a look at each input would take more than a hundredth of the step.
    pub fn step<N, T, const B: usize>(
        &self,
        network: &mut N,
        workspace: &mut Workspace<N::Network, O, B>,
        inputs: &[Input<N>],
        targets: &[T],
    ) -> Result<f32, BatchError>
    where
        N: AsNetwork,
        L: Loss<Output<N>, T> + CompatibleWith<Head<N>>,
    {
        const { assert_enough::<N::Network>(B) };
        const { assert_trainable::<N::Network>("a layer") };
        let network = network.as_network_mut();
        let loss = self.gather(network, workspace, inputs, targets)?;
        match self.apply(network, workspace) {
            Ok(()) => Ok(loss),
            Err(error) => Err(not_finite_input::<N::Network>(inputs).unwrap_or(error)),
        }
    }

    /// [`step`](Trainer::step) with a batch of an array: that it fits in the workspace is checked when the program is built.
    ///
    /// # Errors
    ///
    /// As [`step`](Trainer::step), but for the number of samples.
    pub fn step_array<N, T, const B: usize, const K: usize>(
        &self,
        network: &mut N,
        workspace: &mut Workspace<N::Network, O, B>,
        inputs: &[Input<N>; K],
        targets: &[T; K],
    ) -> Result<f32, BatchError>
    where
        N: AsNetwork,
        L: Loss<Output<N>, T> + CompatibleWith<Head<N>>,
    {
        const { assert_capacity(K, B) };
        self.step(network, workspace, inputs, targets)
    }

    /// The first half of a step, forward and backward: adds the batch to the gradient and returns its mean loss.
    ///
    /// Several small batches accumulated before one [`apply`](Trainer::apply) are as one large batch, in the memory of a
    /// small one.
    ///
    /// # Errors
    ///
    /// As [`step`](Trainer::step); the gradient is then as it was before.
    pub fn accumulate<N, T, const B: usize>(
        &self,
        network: &N,
        workspace: &mut Workspace<N, O, B>,
        inputs: &[N::Input],
        targets: &[T],
    ) -> Result<f32, BatchError>
    where
        N: Network,
        L: Loss<N::Output, T> + CompatibleWith<N::Head>,
    {
        const { assert_enough::<N>(B) };
        const { assert_trainable::<N>("a layer") };
        self.gather(network, workspace, inputs, targets)
    }

    /// [`accumulate`](Trainer::accumulate) with a capacity that the caller has asserted, so that its error names the line of the call.
    fn gather<N, T, const B: usize>(
        &self,
        network: &N,
        workspace: &mut Workspace<N, O, B>,
        inputs: &[N::Input],
        targets: &[T],
    ) -> Result<f32, BatchError>
    where
        N: Network,
        L: Loss<N::Output, T> + CompatibleWith<N::Head>,
    {
        workspace.forget_a_panic();
        check_batch(inputs.len(), targets.len(), B)?;
        check_inputs::<N>(inputs)?;
        if looks_at_inputs::<N>()
            && let Some(error) = not_finite_input::<N>(inputs)
        {
            return Err(error);
        }
        let outputs = first_mut(&mut workspace.outputs, inputs.len());
        let signals = first_mut(&mut workspace.signals, inputs.len());
        let pass = &mut Pass::new(self.seed, workspace.steps, workspace.samples);
        let operations = N::MACS.saturating_mul(inputs.len() as u64);
        let tape = &mut workspace.tape;
        threads::inside(operations, || network.forward_logits::<B>(inputs, outputs, tape, pass));
        if pass.has_too_few() {
            return Err(BatchError::TooFew { samples: inputs.len() });
        }
        let loss = self.loss.evaluate_batch::<N::Head>(outputs, targets, signals).map_err(BatchError::of_sample)?;
        if !loss.is_finite() {
            return Err(not_finite_input::<N>(inputs).unwrap_or(BatchError::Loss { loss: loss / inputs.len() as f32 }));
        }
        let (tape, gradient) = (&mut workspace.tape, &mut workspace.gradient);
        let samples = core::mem::replace(&mut workspace.samples, PANICKED);
        threads::inside(operations, || network.backward_logits::<B>(inputs, outputs, tape, signals, None, gradient));
        workspace.samples = samples.saturating_add(inputs.len() as u32).min(PANICKED - 1);
        Ok(loss / inputs.len() as f32)
    }

    /// The second half of a step: the optimizer moves the network against the mean of the gradients gathered since the
    /// last time. Nothing happens when there are none.
    ///
    /// # Errors
    ///
    /// When the gradient is not finite, or so long that the optimizer would throw the network far away: by more than 10³⁰, or, as it is
    /// clipped, at a length above 1.8·10¹⁹, whose square is no `f32`. Network and state are then as before; the gradient is forgotten.
    pub fn apply<N: Network, const B: usize>(
        &self,
        network: &mut N,
        workspace: &mut Workspace<N, O, B>,
    ) -> Result<(), BatchError> {
        workspace.forget_a_panic();
        let Workspace { gradient, state, steps, samples, .. } = workspace;
        if *samples == 0 {
            return Ok(());
        }
        let number = steps.saturating_add(1);
        let mean = 1.0 / *samples as f32;
        *samples = PANICKED;
        let learning_rate = self.learning_rate(number);
        let Some(factor) = self.factor(mean, learning_rate, network, gradient) else {
            let error = worst(network, gradient);
            clear(gradient);
            *samples = 0;
            return Err(error);
        };
        *steps = number;
        let step = Step { number, learning_rate, scale: mean * factor, limit: self.clip_value };
        let (mut first, mut second) = state.slots();
        gradient.pairs(network, &mut |parameters, gradients| {
            let first = take(&mut first, parameters.len());
            let second = take(&mut second, parameters.len());
            self.optimizer.update(&step, parameters, gradients, first, second);
        });
        gradient.finish(network);
        *samples = 0;
        Ok(())
    }

    /// What the mean gradient is shortened by; nothing if no step can be made of it.
    fn factor<N: Network>(&self, mean: f32, rate: f32, network: &mut N, gradient: &mut N::Gradient) -> Option<f32> {
        let mut squares = 0.0;
        gradient.pairs(network, &mut |_, gradient| squares += kernel::sum_of_squares(gradient));
        let clips = self.clip_norm < f32::INFINITY || self.clip_value < f32::INFINITY;
        let length = match squares.is_finite() {
            true => mean * math::sqrt(squares),
            false if clips => long(network, gradient, mean)?,
            false => return None,
        };
        // the addend, as in PyTorch, keeps a gradient of zero from a division by zero
        let factor = if self.clip_norm < f32::INFINITY { (self.clip_norm / (length + 1e-6)).min(1.0) } else { 1.0 };
        let longest = (length * factor).min(self.clip_value);
        // (of an infinite square an optimizer's second moment never comes back, and the parameter would stay for ever)
        (rate * longest < FARTHEST && (longest * longest).is_finite()).then_some(factor)
    }

    /// The mean loss of a batch as inference sees it (`Dropout` drops nothing); nothing is learned.
    ///
    /// The outputs can be read from the workspace afterwards. A gradient that is being accumulated is kept.
    ///
    /// # Errors
    ///
    /// As [`step`](Trainer::step).
    pub fn evaluate<N, T, const B: usize>(
        &self,
        network: &N,
        workspace: &mut Workspace<N, O, B>,
        scratch: &mut N::Scratch<B>,
        inputs: &[N::Input],
        targets: &[T],
    ) -> Result<f32, BatchError>
    where
        N: Network,
        L: Loss<N::Output, T> + CompatibleWith<N::Head>,
    {
        check_batch(inputs.len(), targets.len(), B)?;
        check_inputs::<N>(inputs)?;
        let outputs = first_mut(&mut workspace.outputs, inputs.len());
        let signals = first_mut(&mut workspace.signals, inputs.len());
        let operations = N::MACS.saturating_mul(inputs.len() as u64);
        threads::inside(operations, || network.infer_logits::<B>(inputs, outputs, scratch));
        let loss = self.loss.evaluate_batch::<N::Head>(outputs, targets, signals).map_err(BatchError::of_sample)?;
        Ok(loss / inputs.len() as f32)
    }

    /// The learning rate of step `step`, which counts from 1.
    pub fn learning_rate(&self, step: u32) -> f32 {
        self.optimizer.learning_rate() * self.schedule.factor(step)
    }
}

/// How far a step may move a parameter: beyond this a run has exploded.
const FARTHEST: f32 = 1e30;

/// The length of the mean of a gradient whose square is too large for an `f32`, if all of it is finite.
#[cold]
fn long<N: Network>(network: &mut N, gradient: &mut N::Gradient, mean: f32) -> Option<f32> {
    let (mut largest, mut finite) = (f32::MIN_POSITIVE, true);
    gradient.pairs(network, &mut |_, gradient| {
        finite &= kernel::all_finite(gradient);
        largest = gradient.iter().fold(largest, |largest, g| largest.max(g.abs()));
    });
    // in units of the largest, of which no square is too large; without f64, which a device has no instructions for
    let mut squares = 0.0;
    gradient.pairs(network, &mut |_, gradient| {
        squares += gradient.iter().map(|g| (g / largest) * (g / largest)).sum::<f32>();
    });
    finite.then_some(mean * largest * math::sqrt(squares))
}

/// The error of a gradient of which no step can be made: its first number that is not finite, or the largest.
#[cold]
fn worst<N: Network>(network: &mut N, gradient: &mut N::Gradient) -> BatchError {
    let start = core::ptr::from_ref(network).addr();
    let (mut parameter, mut value) = (0, 0.0_f32);
    gradient.pairs(network, &mut |parameters, gradients| {
        let before = parameters.as_ptr().addr().wrapping_sub(start) / size_of::<f32>();
        for (i, g) in gradients.iter().enumerate() {
            if value.is_finite() && (!g.is_finite() || g.abs() > value.abs()) {
                (parameter, value) = (before + i, *g);
            }
        }
    });
    BatchError::Gradient { parameter, value }
}

/// Fails, while the program is built, when a batch does not fit.
#[track_caller]
const fn assert_capacity(samples: usize, capacity: usize) {
    if samples == 0 || samples > capacity {
        let text = Text::<256>::new().str("a batch of ").counted(samples as u64, " sample");
        let text = text.str(" in a workspace with room for ").digits(capacity as u64);
        let text =
            text.str("\nhelp: write `Workspace::<_, _, ").digits(samples as u64).str(">`, or take smaller batches");
        panic!("{}", text.as_str());
    }
}

/// Fails, while the program is built, when no batch of the capacity is large enough for the network.
#[track_caller]
const fn assert_enough<N: Network>(capacity: usize) {
    let least = N::LEAST_SAMPLES;
    if capacity < least {
        let text = Text::<512>::new();
        let text = if least == usize::MAX {
            text.str("a `BatchNorm` normalises single steps here, and a single step has no variance")
                .str("\nhelp: write `LayerNorm` in its place, or freeze it with `#[frozen]`")
        } else {
            text.str("a `BatchNorm` has no variance of a batch of ")
                .counted(capacity as u64, " sample")
                .str("\nhelp: give the workspace a capacity of ")
                .digits(least as u64)
                .str(" or more, as in `Workspace::<_, _, ")
                .digits(least as u64)
                .str(">`, write `LayerNorm` in its place, or freeze it with `#[frozen]`")
        };
        panic!("{}", text.as_str());
    }
}

/// Takes the first `n` numbers off a slice that may be empty.
fn take<'a>(slots: &mut &'a mut [f32], n: usize) -> &'a mut [f32] {
    let all = core::mem::take(slots);
    let n = n.min(all.len());
    let (taken, rest) = all.split_at_mut(n);
    *slots = rest;
    taken
}
