//! The vector of the numbers of any shape, in memory order: `y = x`, written in one row.

use core::marker::PhantomData;

use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::map::Map;
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

crate::map_layer! { [const N: usize, S: Tensor] Flatten<N, S> }

impl<const N: usize, S: Tensor> Map for Flatten<N, S> {
    type Input = S;
    type Output = [f32; N];

    fn map(x: &[S], y: &mut [[f32; N]]) {
        const { assert!(S::COUNT == N, "the size of a `Flatten` is the number of values in its shape") };
        copy(flatten(x), flatten_mut(y));
    }

    fn map_back(_x: &[S], _y: &[[f32; N]], dy: &mut [[f32; N]], dx: &mut [S]) {
        copy(flatten(dy), flatten_mut(dx));
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
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
