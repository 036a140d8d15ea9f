//! The mean of each channel: `y[c] = Σ x[c] / N`, over the `N` numbers of the channel. Backward: `∂loss/∂x[c] = ∂loss/∂y[c] / N` for each.

use core::marker::PhantomData;

use rand::Rng;

use crate::kernel::norm;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::init::Init;
use crate::layer::{Layer, Pass};
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::Tensor;

/// The mean of each channel, from the shape `S` to the vector `T` of as many numbers as channels. In `network!`: `GlobalAvgPool`.
#[derive(Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct GlobalAvgPool<S, T> {
    what: PhantomData<(S, T)>,
}

#[diagnostic::do_not_recommend]
impl<S: Tensor, T: Tensor> Layer for GlobalAvgPool<S, T> {
    type Input = S;
    type Output = T;
    type Head = crate::Linear;
    type Gradient = Self;
    type Scratch<const B: usize> = ();
    type Tape<const B: usize> = ();

    const MACS: u64 = 0;

    fn initialize(&mut self, _init: Init, _rng: &mut dyn Rng) {}

    fn infer<const B: usize>(&self, x: &[S], y: &mut [T], _scratch: &mut ()) {
        const { assert!(T::COUNT > 0 && S::COUNT % T::COUNT == 0, "a `GlobalAvgPool` gives a number for each channel") };
        let numbers = const { S::COUNT / T::COUNT };
        for (x, y) in flatten(x).chunks_exact(numbers).zip(flatten_mut(y)) {
            *y = norm::sum([1, numbers, 0], x) * (1.0 / numbers as f32);
        }
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
            let numbers = const { S::COUNT / T::COUNT };
            for (dx, dy) in flatten_mut(dx).chunks_exact_mut(numbers).zip(flatten(dy)) {
                dx.fill(dy * (1.0 / numbers as f32));
            }
        }
    }

    fn export(&self, graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
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
        let (channels, sides) = node.planes()?;
        let keeps = node.operator() == "GlobalAveragePool" || node.int("keepdims").unwrap_or(1) != 0;
        if node.operator() == "ReduceMean" {
            let mut axes = node.axes(node.shape().len() + 1)?;
            axes.sort_unstable();
            if axes != (2..2 + sides.len()).collect::<Vec<_>>() {
                return Err("is over other dimensions than all of an image".into());
            }
        }
        let shape = core::iter::once(channels).chain(sides.iter().filter(|_| keeps).map(|_| 1)).collect();
        Found::reshaped(Declared { word: "GlobalAvgPool", ..Declared::default() }, vec![channels], shape)
    }
}
