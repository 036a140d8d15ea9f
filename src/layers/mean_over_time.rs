//! The mean of the steps of a sequence: `y = Σ x[t] / length`.
//!
//! Backward: `∂loss/∂x[t] = ∂loss/∂y / length`.

use core::marker::PhantomData;

use crate::kernel;
use crate::layer::Gradient;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::map::Map;
use crate::memory::plain::{Parameters, clear};
use crate::shape::sequence::Sequence;
use crate::shape::{Dims, Shape, Tensor, first};

/// The mean over the steps of each sequence `S`. In `network!` it is written `MeanOverTime`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct MeanOverTime<S> {
    shape: PhantomData<S>,
}

crate::map_layer! { [S: Sequence<Step: Tensor>] MeanOverTime<S> }

impl<S: Sequence<Step: Tensor>> Map for MeanOverTime<S> {
    type Input = S;
    type Output = S::Step;

    fn map(x: &[S], y: &mut [S::Step]) {
        for (x, y) in x.iter().zip(y) {
            clear(y);
            for step in x.steps() {
                kernel::zip(y.as_flat_mut(), step.as_flat(), |sum, x| sum + x);
            }
            let scale = 1.0 / x.length() as f32;
            kernel::map(y.as_flat_mut(), |sum| sum * scale);
        }
    }

    fn map_back(x: &[S], _y: &[S::Step], dy: &mut [S::Step], dx: &mut [Gradient<S>]) {
        for ((x, dy), dx) in x.iter().zip(dy).zip(dx) {
            clear(dx);
            let scale = 1.0 / x.length() as f32;
            kernel::map(dy.as_flat_mut(), |dy| dy * scale);
            S::buffer_mut(dx).iter_mut().take(x.length()).for_each(|dx| *dx = *dy);
        }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let axis = graph.whole_numbers("axis", Dims::SCALAR.within(1), &[1]);
        let settings = [("keepdims", Attribute::Int(0))];
        if !S::DIMS.is_at_most() {
            return Ok(graph.node("ReduceMean", &[input, axis], &settings));
        }
        // the sum of what there is, by how many that is
        let (lengths, there) = (graph.known_lengths(input)?, graph.known_steps(input)?);
        let ones = [1, 2, 3, 4, 5, 6];
        let inner = first(&ones, S::Step::DIMS.as_slice().len());
        let mut wide = |name: &str, value: Value, axes: &[i64]| {
            let axes = graph.whole_numbers(name, Dims::SCALAR.within(axes.len()), axes);
            graph.node("Unsqueeze", &[value, axes], &[])
        };
        let there = wide("steps", there, first(&ones[1..], inner.len()));
        let lengths = wide("samples", lengths, inner);
        let zero = graph.constant("zero", Dims::SCALAR, &[0.0]);
        let there = graph.node("Where", &[there, input, zero], &[]);
        let sum = graph.node("ReduceSum", &[there, axis], &settings);
        let lengths = graph.node("CastLike", &[lengths, sum], &[]);
        Ok(graph.node("Div", &[sum, lengths], &[]))
    }
}

#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Node, Reader, Reading};
    use crate::layers::global_avg_pool::reading::reduced;

    pub const READERS: &[Reader] = &[("ReduceMean", mean)];

    /// The mean over the first dimension of a sample, if that is a sequence.
    fn mean(node: &dyn Node) -> Reading {
        match (node.shape(), &node.dimensions()?[..]) {
            ([_, row], [1]) => {
                let layer = Declared { word: "MeanOverTime", ..Declared::default() };
                reduced(node, layer, vec![*row], &[1])
            }
            _ => Ok(None),
        }
    }
}
