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

use super::window::{self, Window};
use crate::kernel::conv::Geometry;
use crate::kernel::pool::{self, Pool};
use crate::layer::graph::{Graph, Refusal, Value};
use crate::layer::map::Map;
use crate::memory::plain::{Parameters, flatten, flatten_mut};

/// The largest number under each window `G` of each of `C` planes, which are channels of images or signals.
///
/// In `network!`: `MaxPool2d<2>`, `MaxPool2d<(2, 3)>`, or for sequences `MaxPool1d<2>`; the window moves on by its own size. Settings:
/// `stride = 1` for another step, `padding = 1` for a border that is never the largest, `remainder = drop` to leave out rows and columns
/// at the end that no window reaches.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct MaxPool2d<const C: usize, G> {
    what: PhantomData<G>,
}

/// The kernel's view of a pool.
struct Max<G>(PhantomData<G>);

impl<G: Window> Pool for Max<G> {
    const GEOMETRY: Geometry = window::geometry::<G>("MaxPool2d", 1, 1, 1);
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

crate::map_layer! { [const C: usize, G: Window] MaxPool2d<C, G> }

impl<const C: usize, G: Window> Map for MaxPool2d<C, G> {
    type Input = [G::Plane; C];
    type Output = [G::Stops; C];

    fn map(x: &[Self::Input], y: &mut [Self::Output]) {
        pool::forward::<Max<G>>(flatten(x), flatten_mut(y));
    }

    fn map_back(x: &[Self::Input], y: &[Self::Output], dy: &mut [Self::Output], dx: &mut [Self::Input]) {
        pool::backward::<Max<G>>(flatten(x), flatten(y), flatten(dy), flatten_mut(dx));
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let pads = window::pads(const { &Max::<G>::GEOMETRY });
        Ok(window::export::<G>(pads, "MaxPool", &[input], &[], graph))
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
