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
        let over_time = node.operator() == "ReduceMean" && node.shape().len() == 2 && node.dimensions()? == [1];
        if over_time {
            return Ok(None);
        }
        over_planes(node, "GlobalAvgPool")
    }

    /// A pool of whole planes: an operator for it, or one over named dimensions, `Reduce…`.
    pub fn over_planes(node: &dyn Node, word: &'static str) -> Reading {
        let layer = Declared { word, ..Declared::default() };
        if !node.operator().starts_with("Reduce") {
            let (channels, sides) = node.planes()?;
            let shape = core::iter::once(channels).chain(sides.iter().map(|_| 1)).collect();
            return Found::reshaped(layer, vec![channels], shape);
        }
        let mut axes = node.dimensions()?;
        axes.sort_unstable();
        let (channels, sides) = node.planes_in_any_order()?;
        if axes != (2..2 + sides.len()).collect::<Vec<_>>() {
            return Err("is over other dimensions than all of an image".into());
        }
        reduced(node, layer, vec![channels], &axes)
    }

    /// A layer that leaves these dimensions out, which the operator may keep, of one number each.
    pub fn reduced(node: &dyn Node, layer: Declared, output: Vec<usize>, dimensions: &[usize]) -> Reading {
        let gone = |i: usize| dimensions.contains(&(i + 1));
        if node.int("keepdims").unwrap_or(1) != 0 {
            let shape = node.shape().iter().enumerate().map(|(i, size)| if gone(i) { 1 } else { *size });
            return Found::ordered(layer, output, shape.collect(), node.order().to_vec(), 0);
        }
        let order = node.order_without(dimensions);
        Found::ordered(layer, output.clone(), output, order, 0)
    }
}
