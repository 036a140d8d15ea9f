//! The mean of each channel: `y[c] = Σ x[c] / N`, over the `N` numbers of the channel. Backward: `∂loss/∂x[c] = ∂loss/∂y[c] / N` for each.

use core::marker::PhantomData;

use crate::kernel::norm;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::map::Map;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::Tensor;

/// The mean of each channel, from the shape `S` to the vector `T` of as many numbers as channels. In `network!`: `GlobalAvgPool`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct GlobalAvgPool<S, T> {
    what: PhantomData<(S, T)>,
}

crate::map_layer! { [S: Tensor, T: Tensor] GlobalAvgPool<S, T> }

impl<S: Tensor, T: Tensor> Map for GlobalAvgPool<S, T> {
    type Input = S;
    type Output = T;

    fn map(x: &[S], y: &mut [T]) {
        const { assert!(T::COUNT > 0 && S::COUNT % T::COUNT == 0, "a `GlobalAvgPool` gives a number for each channel") };
        let numbers = const { S::COUNT / T::COUNT };
        for (x, y) in flatten(x).chunks_exact(numbers).zip(flatten_mut(y)) {
            *y = norm::sum([1, numbers, 0], x) * (1.0 / numbers as f32);
        }
    }

    fn map_back(_x: &[S], _y: &[T], dy: &mut [T], dx: &mut [S]) {
        let numbers = const { S::COUNT / T::COUNT };
        for (dx, dy) in flatten_mut(dx).chunks_exact_mut(numbers).zip(flatten(dy)) {
            dx.fill(dy * (1.0 / numbers as f32));
        }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let means = graph.node("GlobalAveragePool", &[input], &[]);
        Ok(graph.node("Flatten", &[means], &[("axis", Attribute::Int(1))]))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Reader, Reading};

    pub const READERS: &[Reader] = &[("GlobalAveragePool", mean), ("ReduceMean", mean)];

    fn mean(node: &dyn Node) -> Reading {
        over_planes(node, "GlobalAvgPool")
    }

    /// A pool of whole planes: an operator for it, or one over named dimensions, `Reduce…`.
    pub fn over_planes(node: &dyn Node, word: &'static str) -> Reading {
        let (channels, sides) = node.planes()?;
        let reduces = node.operator().starts_with("Reduce");
        let keeps = !reduces || node.int("keepdims").unwrap_or(1) != 0;
        if reduces {
            let mut axes = node.axes(node.shape().len() + 1)?;
            axes.sort_unstable();
            if axes != (2..2 + sides.len()).collect::<Vec<_>>() {
                return Err("is over other dimensions than all of an image".into());
            }
        }
        let shape = core::iter::once(channels).chain(sides.iter().filter(|_| keeps).map(|_| 1)).collect();
        Found::reshaped(Declared { word, ..Declared::default() }, vec![channels], shape)
    }
}
