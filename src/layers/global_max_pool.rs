//! The largest number of each channel: `y[c] = max x[c]`; NaN, if one is. Backward: `∂loss/∂x[c]` is `∂loss/∂y[c]` where `x` is the first
//! that is the largest, row by row, else 0.

use core::marker::PhantomData;

use crate::kernel::norm;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::map::Map;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::Tensor;

/// The largest number of each channel, from the shape `S` to the vector `T` of as many numbers as channels. In `network!`: `GlobalMaxPool`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct GlobalMaxPool<S, T> {
    what: PhantomData<(S, T)>,
}

crate::map_layer! { [S: Tensor, T: Tensor] GlobalMaxPool<S, T> }

impl<S: Tensor, T: Tensor> Map for GlobalMaxPool<S, T> {
    type Input = S;
    type Output = T;

    fn map(x: &[S], y: &mut [T]) {
        const { assert!(T::COUNT > 0 && S::COUNT % T::COUNT == 0, "a `GlobalMaxPool` gives a number for each channel") };
        let numbers = const { S::COUNT / T::COUNT };
        for (x, y) in flatten(x).chunks_exact(numbers).zip(flatten_mut(y)) {
            *y = norm::largest(x);
        }
    }

    fn map_back(x: &[S], y: &[T], dy: &mut [T], dx: &mut [S]) {
        let numbers = const { S::COUNT / T::COUNT };
        let planes = flatten(x).chunks_exact(numbers).zip(flatten_mut(dx).chunks_exact_mut(numbers));
        for ((x, dx), (y, dy)) in planes.zip(flatten(y).iter().zip(flatten(dy))) {
            dx.fill(0.0);
            if let Some((_, dx)) = x.iter().zip(dx).find(|(x, _)| *x == y) {
                *dx = *dy;
            }
        }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let largest = graph.node("GlobalMaxPool", &[input], &[]);
        Ok(graph.node("Flatten", &[largest], &[("axis", Attribute::Int(1))]))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Node, Reader, Reading};
    use crate::layers::global_avg_pool::reading::over_planes;

    pub const READERS: &[Reader] = &[("GlobalMaxPool", largest), ("ReduceMax", largest)];

    fn largest(node: &dyn Node) -> Reading {
        over_planes(node, "GlobalMaxPool")
    }
}
