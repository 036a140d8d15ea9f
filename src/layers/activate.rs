//! An activation as a layer of its own: `y = A(x)`, of the same shape.

use core::marker::PhantomData;

use rand::Rng;

use crate::layer::activation::{self, Activation};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::Tensor;

/// The activation `A` over the shape `S`. In `network!` it is written as the activation alone: `Relu`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Activate<A, S> {
    what: PhantomData<(A, S)>,
}

#[diagnostic::do_not_recommend]
impl<A: Activation, S: Tensor> Layer for Activate<A, S> {
    type Input = S;
    type Output = S;
    type Head = A;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = 0;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S], _scratch: &mut ()) {
        copy(x, y);
        activation::apply::<A, _>(y);
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [S], _tape: &mut (), _pass: &mut Pass) {
        self.infer::<B>(x, y, &mut ());
    }

    fn backward<const B: usize>(
        &self,
        x: &[S],
        y: &[S],
        _tape: &mut (),
        dy: &mut [S],
        dx: Option<&mut [S]>,
        _gradient: &mut Self,
    ) {
        if let Some(dx) = dx {
            A::backward(flatten(x), flatten(y), flatten_mut(dy), S::ROW);
            copy(dy, dx);
        }
    }

    fn infer_logits<const B: usize>(&self, x: &[S], z: &mut [S], _scratch: &mut ()) {
        copy(x, z);
    }

    fn forward_logits<const B: usize>(&self, x: &[S], z: &mut [S], _tape: &mut (), _pass: &mut Pass) {
        copy(x, z);
    }

    fn backward_logits<const B: usize>(
        &self,
        _x: &[S],
        _y: &[S],
        _tape: &mut (),
        dz: &mut [S],
        dx: Option<&mut [S]>,
        _gradient: &mut Self,
    ) {
        if let Some(dx) = dx {
            copy(dz, dx);
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        A::export(graph, input)
    }
}

/// Copies as many samples as both have.
pub(crate) fn copy<S: Copy>(from: &[S], to: &mut [S]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
