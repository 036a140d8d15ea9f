//! The same numbers in another shape: `y = x`, in the order of memory.

use core::marker::PhantomData;

use super::activate::copy;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::map::Map;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::{Dims, Tensor, first};

/// The numbers of the shape `S` as the shape `T`. In `network!`: `Reshape<[1, 28, 28]>`.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Reshape<S, T> {
    what: PhantomData<(S, T)>,
}

crate::map_layer! { [S: Tensor, T: Tensor] Reshape<S, T> }

impl<S: Tensor, T: Tensor> Map for Reshape<S, T> {
    type Input = S;
    type Output = T;

    fn map(x: &[S], y: &mut [T]) {
        const { assert!(S::COUNT == T::COUNT, "a `Reshape` keeps the number of values") };
        copy(flatten(x), flatten_mut(y));
    }

    fn map_back(_x: &[S], _y: &[T], dy: &mut [T], dx: &mut [S]) {
        copy(flatten(dy), flatten_mut(dx));
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let mut sizes = [0; 1 + Dims::MAX_RANK]; // 0 keeps the size of the batch
        for (to, size) in sizes[1..].iter_mut().zip(T::DIMS.as_slice()) {
            *to = *size as i64;
        }
        let sizes = first(&sizes, 1 + T::DIMS.as_slice().len());
        let shape = graph.node("Constant", &[], &[("value_ints", Attribute::Ints(sizes))]);
        Ok(graph.node("Reshape", &[input, shape], &[]))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Found, Node, Reader, Reading, Size, product};

    pub const READERS: &[Reader] = &[("Reshape", reshape), ("Squeeze", squeeze), ("Unsqueeze", unsqueeze)];

    fn reshape(node: &dyn Node) -> Reading {
        let shape = node.inputs().get(1).and_then(|name| node.sizes(name));
        let shape = shape.or_else(|| Some(node.ints("shape")?.iter().copied().map(Size::Of).collect()));
        let shape = shape.ok_or("gives a shape that is not known here")?;
        let Some((batch, inner)) = shape.split_first() else { return Err("makes one number of all".into()) };
        let keeps_zeros = node.int("allowzero").unwrap_or(0) != 0;
        let mut free = None;
        let mut sizes = Vec::new();
        for (i, size) in inner.iter().enumerate() {
            sizes.push(match size {
                Size::Of(-1) if free.is_none() => {
                    free = Some(i);
                    1
                }
                Size::Of(0) if !keeps_zeros => *node.shape().get(i).ok_or("keeps a size that is not there")?,
                Size::Of(size) => usize::try_from(*size).map_err(|_| format!("gives a size of {size}"))?,
                Size::Batch => return Err("makes one of several samples".into()),
            });
        }
        let given = product(&sizes);
        let samples = match batch {
            Size::Batch => true,
            Size::Of(0) => !keeps_zeros,
            Size::Of(-1) => free.is_none(),
            Size::Of(size) => node.batch() == Some(*size),
        };
        if let (Some(free), true) = (free, given > 0 && node.count().is_multiple_of(given.max(1))) {
            sizes[free] = node.count() / given;
        } else if given != node.count() {
            return Err(format!("makes {given} numbers of {}", node.count()));
        }
        if !samples {
            return Err("makes one of several samples".into());
        }
        Found::shape(sizes)
    }

    fn squeeze(node: &dyn Node) -> Reading {
        let axes = node.axes(node.shape().len() + 1)?;
        if axes.iter().any(|axis| node.shape().get(axis - 1) != Some(&1)) {
            return Err("takes away a dimension of more than one".into());
        }
        let kept = node.shape().iter().enumerate().filter(|(i, _)| !axes.contains(&(i + 1)));
        Found::shape(kept.map(|(_, size)| *size).collect())
    }

    fn unsqueeze(node: &dyn Node) -> Reading {
        let count = node.inputs().get(1).and_then(|name| node.sizes(name)).map(|sizes| sizes.len());
        let count = count.or_else(|| node.ints("axes").map(<[i64]>::len)).unwrap_or(0);
        let rank = node.shape().len() + 1 + count;
        if rank > 8 {
            return Err("gives too many dimensions".into());
        }
        let axes = node.axes(rank)?;
        let mut old = node.shape().iter().copied();
        let sizes = (1..rank).map(|axis| if axes.contains(&axis) { Some(1) } else { old.next() });
        let sizes: Option<Vec<usize>> = sizes.collect();
        Found::shape(sizes.ok_or("gives a dimension twice")?)
    }
}
