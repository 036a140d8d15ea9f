//! The vector of the numbers of any shape, in memory order: `y = x`, written in one row.

use core::marker::PhantomData;

use rand::Rng;

use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::Tensor;

use super::activate::copy;

/// Any shape `S` of `N` numbers, as a vector. In `network!` it is written `Flatten`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Flatten<const N: usize, S> {
    shape: PhantomData<S>,
}

#[diagnostic::do_not_recommend]
impl<const N: usize, S: Tensor> Layer for Flatten<N, S> {
    type Input = S;
    type Output = [f32; N];
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = 0;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn infer<const B: usize>(&self, x: &[S], y: &mut [[f32; N]], _scratch: &mut ()) {
        const { assert!(S::COUNT == N, "the size of a `Flatten` is the number of values in its shape") };
        copy(flatten(x), flatten_mut(y));
    }

    fn forward<const B: usize>(&self, x: &[S], y: &mut [[f32; N]], _tape: &mut (), _pass: &mut Pass) {
        self.infer::<B>(x, y, &mut ());
    }

    fn backward<const B: usize>(
        &self,
        _x: &[S],
        _y: &[[f32; N]],
        _tape: &mut (),
        dy: &mut [[f32; N]],
        dx: Option<&mut [S]>,
        _gradient: &mut Self,
    ) {
        if let Some(dx) = dx {
            copy(flatten(dy), flatten_mut(dx));
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        Ok(graph.node("Flatten", &[input], &[("axis", Attribute::Int(1))]))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading};

    pub const READERS: &[Reader] = &[("Flatten", flatten)];

    fn flatten(node: &dyn Node) -> Reading {
        let axis = node.int("axis").unwrap_or(1);
        if axis != 1 && axis != -(node.shape().len() as i64) {
            return Err("makes one of several samples".into());
        }
        Found::shape(vec![node.count()])
    }
}
