//! A layer over each step of a sequence, the same for all: `y[t] = layer(x[t])`.
//!
//! To the layer, the steps of a sequence are the samples of a batch; those behind the end of a sequence it never sees.

use core::fmt::Display;
use core::marker::PhantomData;

use rand::Rng;

use super::chain::Composed;
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Gradient, GradientOf, InputError, Layer, Pass};
use crate::memory::plain::{Parameters, clear};
use crate::shape::sequence::Sequence;
use crate::shape::{Dims, Shape, first, first_mut};

/// The layer `L` over each of up to `T` steps of a sequence `S`.
///
/// In `network!`: `TimeDistributed<Dense<64, 10>>`, or with several layers, `TimeDistributed<Dense<64, 32, Relu>, Dense<32, 10>>`.
/// Its parameters have the names that they have in `L`.
#[derive(Clone, Debug, Parameters, GradientOf)]
#[parameters(crate = crate, layout = L::LAYOUT)]
#[repr(C)]
pub struct TimeDistributed<L: Parameters, const T: usize, S> {
    /// The layer.
    pub layer: L,
    shape: PhantomData<S>,
}

impl<L: Parameters, const T: usize, S> Composed for TimeDistributed<L, T, S> {
    type First = L;
    type Second = ();
}

#[diagnostic::do_not_recommend]
impl<L: Layer + Parameters, const T: usize, S: Sequence<Step = L::Input>> Layer for TimeDistributed<L, T, S> {
    type Input = S;
    type Output = S::With<L::Output>;
    type Head = L::Head;
    type Gradient = TimeDistributedGradient<L::Gradient>;
    type Scratch<const B: usize> = L::Scratch<T>;
    type Tape<const B: usize> = [L::Tape<T>; B];

    const MACS: u64 = S::STEPS as u64 * L::MACS;
    const REACHES_INPUT: bool = L::REACHES_INPUT;
    /// The steps of each sample are a batch of their own.
    const LEAST_SAMPLES: usize = if L::LEAST_SAMPLES > T { usize::MAX } else { 1 };

    fn initialize(&mut self, init: Init, rng: &mut dyn Rng) {
        self.layer.initialize(init, rng);
    }

    fn infer<const B: usize>(&self, x: &[S], y: &mut [Self::Output], scratch: &mut Self::Scratch<B>) {
        const { assert!(S::STEPS == T, "the `T` of a `TimeDistributed` is the number of steps of its sequences") };
        for (x, y) in x.iter().zip(y) {
            self.layer.infer::<T>(x.steps(), y.begin(x.length()), scratch);
        }
    }

    fn infer_logits<const B: usize>(&self, x: &[S], z: &mut [Self::Output], scratch: &mut Self::Scratch<B>) {
        const { assert!(S::STEPS == T, "the `T` of a `TimeDistributed` is the number of steps of its sequences") };
        for (x, z) in x.iter().zip(z) {
            self.layer.infer_logits::<T>(x.steps(), z.begin(x.length()), scratch);
        }
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [Self::Output], tape: &mut Self::Tape<B>, pass: &mut Pass) {
        for ((x, y), tape) in x.iter().zip(y).zip(tape) {
            self.layer.forward::<T>(x.steps(), y.begin(x.length()), tape, pass);
        }
    }

    fn forward_logits<const B: usize>(
        &self,
        x: &[S],
        z: &mut [Self::Output],
        tape: &mut Self::Tape<B>,
        pass: &mut Pass,
    ) {
        for ((x, z), tape) in x.iter().zip(z).zip(tape) {
            self.layer.forward_logits::<T>(x.steps(), z.begin(x.length()), tape, pass);
        }
    }

    fn backward<const B: usize>(
        &self,
        x: &[S],
        y: &[Self::Output],
        tape: &mut Self::Tape<B>,
        dy: &mut [Gradient<Self::Output>],
        dx: Option<&mut [Gradient<S>]>,
        gradient: &mut Self::Gradient,
    ) {
        let mut dx = dx.map(|dx| dx.iter_mut());
        for (((x, y), tape), dy) in x.iter().zip(y).zip(tape).zip(dy) {
            let dy = first_mut(<Self::Output>::buffer_mut(dy), x.length());
            let dx = steps_of::<S>(dx.as_mut().and_then(Iterator::next), x.length());
            self.layer.backward::<T>(x.steps(), y.steps(), tape, dy, dx, &mut gradient.layer);
        }
    }

    fn backward_logits<const B: usize>(
        &self,
        x: &[S],
        y: &[Self::Output],
        tape: &mut Self::Tape<B>,
        dz: &mut [Gradient<Self::Output>],
        dx: Option<&mut [Gradient<S>]>,
        gradient: &mut Self::Gradient,
    ) {
        let mut dx = dx.map(|dx| dx.iter_mut());
        for (((x, y), tape), dz) in x.iter().zip(y).zip(tape).zip(dz) {
            let dz = first_mut(<Self::Output>::buffer_mut(dz), x.length());
            let dx = steps_of::<S>(dx.as_mut().and_then(Iterator::next), x.length());
            self.layer.backward_logits::<T>(x.steps(), y.steps(), tape, dz, dx, &mut gradient.layer);
        }
    }

    fn inspect<const B: usize>(tape: &Self::Tape<B>, samples: usize, tell: &mut dyn FnMut(&dyn Display, bool)) {
        // of sequences that are shorter, what other ones left behind their end is looked at too; it was finite then
        first(tape, samples).iter().for_each(|tape| L::inspect::<T>(tape, T, tell));
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        // the steps of all sequences, as samples of the layer
        let apart = dims_of::<L::Input>(graph, "steps", &[-1])?;
        let steps = graph.node("Reshape", &[input, apart], &[]);
        let steps = super::chain::export_listed(&self.layer, graph, steps)?;
        let together = dims_of::<L::Output>(graph, "sequences", &[-1, T as i64])?;
        Ok(graph.node("Reshape", &[steps, together], &[]))
    }

    fn check_input(input: &S) -> Result<(), InputError> {
        input.steps().iter().try_for_each(L::check_input)
    }
}

/// The sizes of several samples of shape `S` as a constant: these `outer` ones, then those of a sample.
fn dims_of<S: Shape>(graph: &mut dyn Graph, name: &str, outer: &[i64]) -> Result<Value, Refusal> {
    let mut sizes = [0; 8];
    let inner = S::DIMS.as_slice().iter().map(|size| *size as i64);
    sizes.iter_mut().zip(outer.iter().copied().chain(inner)).for_each(|(size, number)| *size = number);
    let rank = outer.len() + S::DIMS.as_slice().len();
    Ok(graph.whole_numbers(
        name,
        Dims::SCALAR.within(rank),
        sizes.get(..rank).ok_or(Refusal::new("its shapes have too many dimensions"))?,
    ))
}

/// The gradients of the steps that there are; the others are set to zero.
fn steps_of<S: Sequence>(gradient: Option<&mut Gradient<S>>, length: usize) -> Option<&mut [Gradient<S::Step>]> {
    let gradients = S::buffer_mut(gradient?);
    gradients.iter_mut().skip(length).for_each(clear);
    Some(first_mut(gradients, length))
}
