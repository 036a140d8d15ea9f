//! The last step of a sequence: `y = x[length − 1]`.

use core::marker::PhantomData;

use crate::layer::Gradient;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::map::Map;
use crate::memory::plain::{Parameters, clear};
use crate::shape::Dims;
use crate::shape::sequence::Sequence;

/// The last step of each sequence `S`. In `network!` it is written `LastStep`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct LastStep<S> {
    shape: PhantomData<S>,
}

crate::map_layer! { [S: Sequence] LastStep<S> }

impl<S: Sequence> Map for LastStep<S> {
    type Input = S;
    type Output = S::Step;

    fn map(x: &[S], y: &mut [S::Step]) {
        for (x, y) in x.iter().zip(y) {
            if let Some(last) = x.steps().last() {
                *y = *last;
            }
        }
    }

    fn map_back(x: &[S], _y: &[S::Step], dy: &mut [Gradient<S::Step>], dx: &mut [Gradient<S>]) {
        for ((x, dy), dx) in x.iter().zip(dy).zip(dx) {
            clear(dx);
            if let Some(dx) = S::buffer_mut(dx).get_mut(x.length().saturating_sub(1)) {
                *dx = *dy;
            }
        }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        if S::DIMS.is_at_most() {
            let (lengths, one) = (graph.known_lengths(input)?, graph.whole_numbers("one", Dims::SCALAR, &[1]));
            let axis = graph.whole_numbers("axis", Dims::SCALAR.within(1), &[1]);
            let last = graph.node("Sub", &[lengths, one], &[]);
            let last = graph.node("Unsqueeze", &[last, axis], &[]);
            return Ok(graph.node("GatherND", &[input, last], &[("batch_dims", Attribute::Int(1))]));
        }
        let last = graph.whole_numbers("last", Dims::SCALAR, &[-1]);
        Ok(graph.node("Gather", &[input, last], &[("axis", Attribute::Int(1))]))
    }
}

#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Reader, Reading};

    pub const READERS: &[Reader] = &[("Gather", gather), ("Slice", slice)];

    /// `x[:, -1]`
    fn gather(node: &dyn Node) -> Reading {
        let [_, step] = node.inputs() else { return Ok(None) };
        let Some(place) = node.constant(step).filter(|place| place.dims.is_empty()) else { return Ok(None) };
        let (axis, place) = (node.dimension(node.int("axis").unwrap_or(0)), node.whole_numbers(&place.name));
        let [steps, row] = node.shape() else { return Err("takes a part of what is no sequence".into()) };
        let is_last = matches!(place.as_deref(), Some([last]) if *last == -1 || *last == *steps as i64 - 1);
        if axis != Some(1) || !is_last {
            return Err("takes another part than the last step of a sequence".into());
        }
        let layer = Declared { word: "LastStep", ..Declared::default() };
        Found::ordered(layer, vec![*row], vec![*row], node.order_without(&[1]), 0)
    }

    /// `x[:, -1:]`
    fn slice(node: &dyn Node) -> Reading {
        let [steps, row] = node.shape() else { return Err("takes a part of what is no sequence".into()) };
        let bounds = [(1, "starts"), (2, "ends"), (3, "axes"), (4, "steps")];
        let [Some(start), Some(end), Some(axis), step] =
            bounds.map(|(input, name)| node.whole_numbers_of(input, name).filter(|n| n.len() == 1).map(|n| n[0]))
        else {
            return Err("takes a part of several dimensions, or one that is not known here".into());
        };
        let steps = *steps as i64;
        let is_last = (start == -1 || start == steps - 1) && end >= steps && step.unwrap_or(1) == 1;
        if node.dimension(axis) != Some(1) || !is_last {
            return Err("takes another part than the last step of a sequence".into());
        }
        let layer = Declared { word: "LastStep", ..Declared::default() };
        Found::ordered(layer, vec![*row], vec![1, *row], node.order().to_vec(), 0)
    }
}
