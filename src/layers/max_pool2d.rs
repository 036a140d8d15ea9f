//! The largest number under each window of a plane: `y[c][oy][ox] = max x[c][oy·stride + ky − padding][ox·stride + kx − padding]`.
//!
//! | | shape |
//! |---|---|
//! | `x` | `[C][H][W]` |
//! | `y` | `[C][OH][OW]` with `OH = (H + 2·padding − KH) / stride + 1` |
//!
//! Backward: `∂loss/∂x` gets `∂loss/∂y` of each window where `x` is the first that is the largest, row by row, as in PyTorch; else 0.
//! Nothing is remembered: the largest is found again by comparing `x` with `y`.

use core::marker::PhantomData;

use super::window::{self, Slides};
use crate::kernel::pool::{self, Pool};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::map::Map;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::Tensor;

/// The largest number under each window of `KH` by `KW`, from the shape `S` to the shape `T`.
///
/// In `network!`: `MaxPool2d<2>`, `MaxPool2d<(2, 3)>`, or for sequences `MaxPool1d<2>`; the window moves on by its own size. Settings:
/// `stride = 1` for another step, `padding = 1` for a border that is never the largest, `remainder = drop` to leave out rows and columns
/// at the end that no window reaches.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct MaxPool2d<S, T, const KH: usize, const KW: usize, G> {
    what: PhantomData<(S, T, G)>,
}

/// The kernel's view of a pool.
struct Max<const KH: usize, const KW: usize, G>(PhantomData<G>);

impl<const KH: usize, const KW: usize, G: Slides> Pool for Max<KH, KW, G> {
    const KERNEL: [usize; 2] = [KH, KW];
    const INPUT: [usize; 2] = window::geometry::<G>("MaxPool2d", [KH, KW], 1, 1, 1).input;
    const OUTPUT: [usize; 2] = window::geometry::<G>("MaxPool2d", [KH, KW], 1, 1, 1).output;
    const STRIDE: [usize; 2] = window::geometry::<G>("MaxPool2d", [KH, KW], 1, 1, 1).stride;
    const PADDING: [usize; 2] = window::geometry::<G>("MaxPool2d", [KH, KW], 1, 1, 1).padding;
    const START: f32 = f32::NEG_INFINITY;

    #[inline(always)]
    fn gather(so_far: f32, x: f32) -> f32 {
        // written so that NaN stays NaN
        if (x <= so_far) | so_far.is_nan() { so_far } else { x }
    }

    #[inline(always)]
    fn finish(gathered: f32) -> f32 {
        gathered
    }

    #[inline(always)]
    fn give(left: f32, x: f32, y: f32) -> (f32, f32) {
        let given = if x == y { left } else { 0.0 };
        let rest = if x == y { 0.0 } else { left };
        (given, rest)
    }
}

crate::map_layer! { [S: Tensor, T: Tensor, const KH: usize, const KW: usize, G: Slides] MaxPool2d<S, T, KH, KW, G> }

impl<S: Tensor, T: Tensor, const KH: usize, const KW: usize, G: Slides> Map for MaxPool2d<S, T, KH, KW, G> {
    type Input = S;
    type Output = T;

    fn map(x: &[S], y: &mut [T]) {
        const { window::assert_pool::<S, T, G>("MaxPool2d", [KH, KW]) };
        pool::forward::<Max<KH, KW, G>>(flatten(x), flatten_mut(y));
    }

    fn map_back(x: &[S], y: &[T], dy: &mut [T], dx: &mut [S]) {
        pool::backward::<Max<KH, KW, G>>(flatten(x), flatten(y), flatten(dy), flatten_mut(dx));
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let g = &window::geometry::<G>("MaxPool2d", [KH, KW], 1, 1, 1);
        Ok(window::export(g, window::pads(g), &S::DIMS, "MaxPool", &[input], &[], graph))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Node, Reader, Reading};
    use crate::layers::read_window::pool;

    pub const READERS: &[Reader] = &[("MaxPool", max_pool)];

    fn max_pool(node: &dyn Node) -> Reading {
        pool(node, ["MaxPool1d", "MaxPool2d"], true)
    }
}
