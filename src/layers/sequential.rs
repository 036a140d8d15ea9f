//! A list of layers as a network: what the type form `network![…]` expands to.

use core::fmt::Display;
use core::mem::size_of;

use rand::Rng;

use super::chain::Composed;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, GradientOf, InputError, Layer, Pass};
use crate::memory::plain::{Marker, Parameters};
use crate::network::count::Count;
use crate::network::{LayerSummary, Network, Summary, infer_one};

/// The layer or chain of layers `L`, with its number of parameters `P`, of which `T` are trained.
#[derive(Clone, Debug, Parameters, GradientOf)]
#[parameters(crate = crate, layout = List)]
#[repr(C)]
pub struct Sequential<L, P, T = P> {
    /// The layer or chain of layers.
    pub layers: L,
    counts: Marker<(P, T)>,
}

impl<L, P, T> Composed for Sequential<L, P, T> {
    type First = L;
    type Second = ();
}

#[diagnostic::do_not_recommend]
impl<L: Layer + Parameters, P: 'static, T: 'static> Layer for Sequential<L, P, T> {
    type Input = L::Input;
    type Output = L::Output;
    type Head = L::Head;
    type Gradient = SequentialGradient<L::Gradient>;
    type Scratch<const B: usize> = L::Scratch<B>;
    type Tape<const B: usize> = L::Tape<B>;

    const MACS: u64 = L::MACS;
    const REACHES_INPUT: bool = L::REACHES_INPUT;
    const LEAST_SAMPLES: usize = L::LEAST_SAMPLES;

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.layers.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, x: &[L::Input], y: &mut [L::Output], scratch: &mut L::Scratch<B>) {
        self.layers.infer::<B>(x, y, scratch);
    }

    fn infer_logits<const B: usize>(&self, x: &[L::Input], z: &mut [L::Output], scratch: &mut L::Scratch<B>) {
        self.layers.infer_logits::<B>(x, z, scratch);
    }

    fn forward<const B: usize>(&self, x: &[L::Input], y: &mut [L::Output], tape: &mut L::Tape<B>, pass: &mut Pass) {
        self.layers.forward::<B>(x, y, tape, pass);
    }

    fn forward_logits<const B: usize>(
        &self,
        x: &[L::Input],
        z: &mut [L::Output],
        tape: &mut L::Tape<B>,
        pass: &mut Pass,
    ) {
        self.layers.forward_logits::<B>(x, z, tape, pass);
    }

    fn backward<const B: usize>(
        &self,
        x: &[L::Input],
        y: &[L::Output],
        tape: &mut L::Tape<B>,
        dy: &mut [Gradient<L::Output>],
        dx: Option<&mut [Gradient<L::Input>]>,
        gradient: &mut Self::Gradient,
    ) {
        self.layers.backward::<B>(x, y, tape, dy, dx, &mut gradient.layers);
    }

    fn backward_logits<const B: usize>(
        &self,
        x: &[L::Input],
        y: &[L::Output],
        tape: &mut L::Tape<B>,
        dz: &mut [Gradient<L::Output>],
        dx: Option<&mut [Gradient<L::Input>]>,
        gradient: &mut Self::Gradient,
    ) {
        self.layers.backward_logits::<B>(x, y, tape, dz, dx, &mut gradient.layers);
    }

    fn check_input(input: &L::Input) -> Result<(), InputError> {
        L::check_input(input)
    }

    fn inspect<const B: usize>(tape: &L::Tape<B>, samples: usize, tell: &mut dyn FnMut(&dyn Display, bool)) {
        L::inspect::<B>(tape, samples, tell);
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        super::chain::export_listed(&self.layers, graph, input)
    }
}

#[diagnostic::do_not_recommend]
impl<L: Layer + Parameters, P: Count + 'static, T: Count + 'static> Network for Sequential<L, P, T> {
    type ParamCount = P::Length;
    type SlotCount = T::Slot;

    const SUMMARY: Summary = Summary {
        name: "network!",
        input: <L::Input as crate::Shape>::DIMS,
        layers: &[LayerSummary::of::<L>("layers", "…", size_of::<L::Scratch<1>>())],
    };
}

crate::network_methods!([L: Layer + Parameters, P: Count + 'static, T: Count + 'static] Sequential<L, P, T>);

impl<L: Layer + Parameters, P: Count + 'static, T: Count + 'static> Sequential<L, P, T> {
    /// The output for one input.
    #[must_use]
    pub fn forward(&self, input: &L::Input) -> L::Output {
        infer_one(self, input)
    }
}
