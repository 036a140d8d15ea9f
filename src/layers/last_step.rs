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
            if let Some(dx) = S::room_mut(dx).get_mut(x.length().saturating_sub(1)) {
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
