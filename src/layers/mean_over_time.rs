//! The mean of the steps of a sequence: `y = Σ x[t] / length`.
//!
//! Backward: `∂loss/∂x[t] = ∂loss/∂y / length`.

use core::marker::PhantomData;

use rand::Rng;

use crate::graph::{Attribute, Graph, Value};
use crate::init::Init;
use crate::kernel;
use crate::layer::{Gradient, Layer, Pass};
use crate::plain::{Parameters, clear};
use crate::sequence::Sequence;
use crate::shape::{Dims, Tensor};

/// The mean over the steps of each sequence `S`. In `network!` it is written `MeanOverTime`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct MeanOverTime<S> {
    shape: PhantomData<S>,
}

#[diagnostic::do_not_recommend]
impl<S: Sequence<Step: Tensor>> Layer for MeanOverTime<S> {
    type Input = S;
    type Output = S::Step;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = 0;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn infer<const B: usize>(&self, x: &[S], y: &mut [S::Step], _scratch: &mut ()) {
        for (x, y) in x.iter().zip(y) {
            clear(y);
            for step in x.steps() {
                kernel::zip(y.as_flat_mut(), step.as_flat(), |sum, x| sum + x);
            }
            let scale = 1.0 / x.length() as f32;
            kernel::map(y.as_flat_mut(), |sum| sum * scale);
        }
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [S::Step], _tape: &mut (), _pass: &mut Pass) {
        self.infer::<B>(x, y, &mut ());
    }

    fn backward<const B: usize>(
        &self,
        x: &[S],
        _y: &[S::Step],
        _tape: &mut (),
        dy: &mut [S::Step],
        dx: Option<&mut [Gradient<S>]>,
        _gradient: &mut Self,
    ) {
        for ((x, dy), dx) in x.iter().zip(dy).zip(dx.unwrap_or_default()) {
            clear(dx);
            let scale = 1.0 / x.length() as f32;
            kernel::map(dy.as_flat_mut(), |dy| dy * scale);
            S::room_mut(dx).iter_mut().take(x.length()).for_each(|dx| *dx = *dy);
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Option<Value> {
        let axis = graph.whole_numbers("axis", Dims::SCALAR.within(1), &[1]);
        Some(graph.node("ReduceMean", &[input, axis], &[("keepdims", Attribute::Int(0))]))
    }
}
