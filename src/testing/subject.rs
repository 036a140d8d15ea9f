//! What a check asks of the types it checks. All else is compiled once, for layers, networks and losses of any type.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::type_name;

use rand::Rng;

use super::CAPACITY;
use crate::layer::init::Init;
use crate::layer::{Gradient, GradientOf, InputError, Layer, Pass};
use crate::memory::aligned_box::{zeroed_box, zeroed_vec};
use crate::memory::layout::Layout;
use crate::memory::plain::Parameters;
use crate::shape::{Shape, Visitor, finite};

/// A layer with its gradient.
pub(super) trait Model {
    /// The name of its type.
    fn name(&self) -> &'static str;
    /// How its parameters are divided into tensors.
    fn layout(&self) -> &'static Layout;
    /// How many parameters are trained, as the layer states it.
    fn trained(&self) -> usize;
    fn initialize(&mut self, rng: &mut dyn Rng);
    fn parameters(&mut self) -> &mut [f32];
    fn gradient(&mut self) -> &mut [f32];
    /// Each run of trained parameters with their derivatives.
    fn pairs(&mut self, visit: &mut dyn FnMut(&mut [f32], &mut [f32]));
}

/// Samples that a layer may take.
pub(super) trait Inputs {
    fn visit(&mut self, visitor: &mut dyn Visitor);
    /// When the layer refuses one of them.
    fn check(&self) -> Result<(), InputError>;
    fn len(&self) -> usize;
}

/// A layer with memory for a batch: for inputs, for outputs or logits, and for the derivatives by both.
pub(super) trait Batch {
    fn model(&mut self) -> &mut dyn Model;
    fn inputs(&mut self) -> &mut dyn Inputs;
    /// Whether the backward pass gives derivatives by the inputs.
    fn reaches_input(&self) -> bool;
    /// Computes the outputs, or the logits.
    fn forward(&mut self, to_logits: bool, seed: u64);
    fn visit_outputs(&mut self, logits: bool, visitor: &mut dyn Visitor);
    fn is_finite(&self, logits: bool) -> bool;
    /// Makes the derivatives by inputs and by outputs, or logits, as long as these.
    fn lay_out_derivatives(&mut self, logits: bool);
    fn visit_by_outputs(&mut self, visitor: &mut dyn Visitor);
    fn visit_by_inputs(&mut self, visitor: &mut dyn Visitor);
    /// Adds the derivatives by the parameters to the gradient, and sets those by the inputs where they are asked for.
    fn backward(&mut self, from_logits: bool, to_inputs: bool);
}

/// A layer of the type `L`, with its gradient.
pub(super) struct ModelOf<L: Layer> {
    pub(super) layer: Box<L>,
    gradient: Box<L::Gradient>,
}

impl<L: Layer> ModelOf<L> {
    pub(super) fn zeroed() -> Self
    where
        L: Parameters,
    {
        ModelOf { layer: zeroed_box(), gradient: zeroed_box() }
    }
}

impl<L: Layer + Parameters> Model for ModelOf<L> {
    fn name(&self) -> &'static str {
        type_name::<L>()
    }

    fn layout(&self) -> &'static Layout {
        &L::LAYOUT
    }

    fn trained(&self) -> usize {
        <L::Gradient as GradientOf<L>>::TRAINED
    }

    fn initialize(&mut self, rng: &mut dyn Rng) {
        self.layer.initialize(Init::Auto, rng);
    }

    fn parameters(&mut self) -> &mut [f32] {
        self.layer.as_flat_mut()
    }

    fn gradient(&mut self) -> &mut [f32] {
        self.gradient.as_flat_mut()
    }

    fn pairs(&mut self, visit: &mut dyn FnMut(&mut [f32], &mut [f32])) {
        self.gradient.pairs(&mut self.layer, visit);
    }
}

/// Samples for a layer of the type `L`.
pub(super) struct InputsOf<L: Layer>(pub(super) Vec<L::Input>);

impl<L: Layer> Inputs for InputsOf<L> {
    fn visit(&mut self, visitor: &mut dyn Visitor) {
        visit(&mut self.0, visitor);
    }

    fn check(&self) -> Result<(), InputError> {
        self.0.iter().try_for_each(L::check_input)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// A layer of the type `L` with memory for a batch.
pub(super) struct BatchOf<L: Layer> {
    model: ModelOf<L>,
    inputs: InputsOf<L>,
    outputs: Vec<L::Output>,
    logits: Vec<L::Output>,
    tape: Box<L::Tape<CAPACITY>>,
    by_inputs: Vec<Gradient<L::Input>>,
    by_outputs: Vec<Gradient<L::Output>>,
}

impl<L: Layer + Parameters> BatchOf<L> {
    pub(super) fn zeroed(samples: usize) -> Self {
        BatchOf {
            model: ModelOf::zeroed(),
            inputs: InputsOf(zeroed_vec(samples)),
            outputs: zeroed_vec(samples),
            logits: zeroed_vec(samples),
            tape: zeroed_box(),
            by_inputs: zeroed_vec(samples),
            by_outputs: zeroed_vec(samples),
        }
    }
}

impl<L: Layer + Parameters> Batch for BatchOf<L> {
    fn model(&mut self) -> &mut dyn Model {
        &mut self.model
    }

    fn inputs(&mut self) -> &mut dyn Inputs {
        &mut self.inputs
    }

    fn reaches_input(&self) -> bool {
        L::REACHES_INPUT
    }

    fn forward(&mut self, to_logits: bool, seed: u64) {
        let BatchOf { model: ModelOf { layer, .. }, inputs: InputsOf(inputs), outputs, logits, tape, .. } = self;
        let pass = &mut Pass::new(seed, 1, 0);
        if to_logits {
            layer.forward_logits::<CAPACITY>(inputs, logits, tape, pass);
        } else {
            layer.forward::<CAPACITY>(inputs, outputs, tape, pass);
        }
    }

    fn visit_outputs(&mut self, logits: bool, visitor: &mut dyn Visitor) {
        visit(if logits { &mut self.logits } else { &mut self.outputs }, visitor);
    }

    fn is_finite(&self, logits: bool) -> bool {
        finite(if logits { &self.logits } else { &self.outputs })
    }

    fn lay_out_derivatives(&mut self, logits: bool) {
        self.by_inputs.clone_from_slice(&self.inputs.0);
        self.by_outputs.clone_from_slice(if logits { &self.logits } else { &self.outputs });
    }

    fn visit_by_outputs(&mut self, visitor: &mut dyn Visitor) {
        visit(&mut self.by_outputs, visitor);
    }

    fn visit_by_inputs(&mut self, visitor: &mut dyn Visitor) {
        visit(&mut self.by_inputs, visitor);
    }

    fn backward(&mut self, from_logits: bool, to_inputs: bool) {
        let BatchOf { model: ModelOf { layer, gradient }, inputs: InputsOf(inputs), outputs, tape, .. } = self;
        let (by_outputs, by_inputs) = (&mut self.by_outputs, to_inputs.then_some(&mut self.by_inputs[..]));
        if from_logits {
            layer.backward_logits::<CAPACITY>(inputs, outputs, tape, by_outputs, by_inputs, gradient);
        } else {
            layer.backward::<CAPACITY>(inputs, outputs, tape, by_outputs, by_inputs, gradient);
        }
    }
}

fn visit<S: Shape>(values: &mut [S], visitor: &mut dyn Visitor) {
    values.iter_mut().for_each(|value| value.visit(visitor));
}
