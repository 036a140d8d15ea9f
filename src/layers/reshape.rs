//! The same numbers in another shape: `y = x`, in the order of memory.

use core::marker::PhantomData;

use rand::Rng;

use super::activate::copy;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::{Dims, Tensor, first};

/// The numbers of the shape `S` as the shape `T`. In `network!`: `Reshape<[1, 28, 28]>`.
#[derive(Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Reshape<S, T> {
    what: PhantomData<(S, T)>,
}

#[diagnostic::do_not_recommend]
impl<S: Tensor, T: Tensor> Layer for Reshape<S, T> {
    type Input = S;
    type Output = T;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = 0;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn infer<const B: usize>(&self, x: &[S], y: &mut [T], _scratch: &mut ()) {
        const { assert!(S::COUNT == T::COUNT, "a `Reshape` keeps the number of values") };
        copy(flatten(x), flatten_mut(y));
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [T], _tape: &mut (), _pass: &mut Pass) {
        self.infer::<B>(x, y, &mut ());
    }

    fn backward<const B: usize>(
        &self,
        _x: &[S],
        _y: &[T],
        _tape: &mut (),
        dy: &mut [T],
        dx: Option<&mut [S]>,
        _gradient: &mut Self,
    ) {
        if let Some(dx) = dx {
            copy(flatten(dy), flatten_mut(dx));
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let mut sizes = [0; 1 + Dims::MAX_RANK]; // 0 keeps the size of the batch
        for (to, size) in sizes[1..].iter_mut().zip(T::DIMS.as_slice()) {
            *to = *size as i64;
        }
        let sizes = first(&sizes, 1 + T::DIMS.as_slice().len());
        let shape = graph.node("Constant", &[], &[("value_ints", Attribute::Ints(sizes))]);
        Ok(graph.node("Reshape", &[input, shape], &[]))
    }
}
