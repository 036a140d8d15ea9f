//! Zeros around each plane: `y[c][y][x] = x[c][y − top][x − left]`, or 0 where that is outside. Backward takes them off again.

use core::marker::PhantomData;

use super::activate::copy;
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::map::Map;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::Tensor;

/// `TOP` rows of zeros above and `LEFT` columns before each plane of `S`, and as many below and behind as `T` is larger.
///
/// In `network!`: `ZeroPad2d<1>`, or `ZeroPad2d<(1, 2)>` for rows and columns apart.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct ZeroPad2d<S, T, const TOP: usize, const LEFT: usize> {
    what: PhantomData<(S, T)>,
}

crate::map_layer! { [S: Tensor, T: Tensor, const TOP: usize, const LEFT: usize] ZeroPad2d<S, T, TOP, LEFT> }

impl<S: Tensor, T: Tensor, const TOP: usize, const LEFT: usize> Map for ZeroPad2d<S, T, TOP, LEFT> {
    type Input = S;
    type Output = T;

    fn map(x: &[S], y: &mut [T]) {
        let sizes = const { super::window::planes::<S, T>("ZeroPad2d", [TOP, LEFT]) };
        flatten_mut(y).fill(0.0);
        for (x, y) in
            flatten(x).chunks_exact(sizes[0] * sizes[1]).zip(flatten_mut(y).chunks_exact_mut(sizes[2] * sizes[3]))
        {
            for (x, y) in x.chunks_exact(sizes[1]).zip(y.chunks_exact_mut(sizes[3]).skip(TOP)) {
                copy(x, y.get_mut(LEFT..).unwrap_or_default());
            }
        }
    }

    fn map_back(_x: &[S], _y: &[T], dy: &mut [T], dx: &mut [S]) {
        let sizes = const { super::window::planes::<S, T>("ZeroPad2d", [TOP, LEFT]) };
        let planes =
            flatten_mut(dx).chunks_exact_mut(sizes[0] * sizes[1]).zip(flatten(dy).chunks_exact(sizes[2] * sizes[3]));
        for (dx, dy) in planes {
            for (dx, dy) in dx.chunks_exact_mut(sizes[1]).zip(dy.chunks_exact(sizes[3]).skip(TOP)) {
                copy(dy.get(LEFT..).unwrap_or_default(), dx);
            }
        }
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let [height, width, to_height, to_width] = super::window::planes::<S, T>("ZeroPad2d", [TOP, LEFT]);
        let (bottom, right) = (to_height - height - TOP, to_width - width - LEFT);
        let zeros = [0, 0, TOP, LEFT, 0, 0, bottom, right].map(|zeros| zeros as i64);
        let zeros = graph.node("Constant", &[], &[("value_ints", Attribute::Ints(&zeros))]);
        Ok(graph.node("Pad", &[input, zeros], &[]))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Declared, Found, Node, Reader, Reading, each, place};

    pub const READERS: &[Reader] = &[("Pad", pad)];

    fn pad(node: &dyn Node) -> Reading {
        let (channels, sides) = node.planes()?;
        let value = node.input(2);
        let value = value.map(|name| node.numbers(name)).unwrap_or(Some(vec![node.float("value").unwrap_or(0.0)]));
        if node.text("mode").is_some_and(|mode| mode != "constant") || value.as_deref() != Some(&[0.0]) {
            return Err("pads with what is not zero".into());
        }
        let pads = node.whole_numbers_of(1, "pads").ok_or("pads by what is not known here")?;
        let pads = over_all(node, pads)?;
        let [0, 0, top, left, 0, 0, bottom, right] = pads[..] else {
            return Err(format!("pads by {pads:?}, where images have rows and columns of zeros"));
        };
        let [height, width] = sides[..] else { return Err("pads what is no image".into()) };
        let zeros = [top, left].map(|zeros| u32::try_from(zeros).unwrap_or(u32::MAX) as usize);
        if [top, left] != [bottom, right] || zeros.contains(&(u32::MAX as usize)) {
            return Err("pads more on one side than on the other".into());
        }
        let sizes = vec![channels, height + 2 * zeros[0], width + 2 * zeros[1]];
        Found::layer(Declared { word: "ZeroPad2d", arguments: vec![each(&zeros)], ..Declared::default() }, sizes)
    }

    /// How many numbers go before and behind each dimension, where `axes` may name only some.
    fn over_all(node: &dyn Node, pads: Vec<i64>) -> Result<Vec<i64>, String> {
        let Some(axes) = node.input(3) else { return Ok(pads) };
        let (axes, rank) =
            (node.whole_numbers(axes).ok_or("pads dimensions that are not known here")?, node.shape().len() + 1);
        let mut all = vec![0; 2 * rank];
        for (i, axis) in axes.iter().enumerate() {
            let place = place(*axis, rank).filter(|_| pads.len() == 2 * axes.len());
            let place = place.ok_or_else(|| format!("pads the dimensions {axes:?} by {pads:?}"))?;
            (all[place], all[place + rank]) = (pads[i], pads[i + axes.len()]);
        }
        Ok(all)
    }
}
