//! The mean under each window of a plane: `y[c][oy][ox] = Σ x[c][oy·stride + ky − padding][ox·stride + kx − padding] / (KH·KW)`.
//!
//! | | shape |
//! |---|---|
//! | `x` | `[C][H][W]` |
//! | `y` | `[C][OH][OW]` with `OH = (H + 2·padding − KH) / stride + 1` |
//!
//! Backward: each number under a window gets `∂loss/∂y / (KH·KW)`.

use core::marker::PhantomData;

use super::window::{self, Window};
use crate::kernel::conv::Geometry;
use crate::kernel::pool::{self, Pool};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::map::Map;
use crate::memory::plain::{Parameters, flatten, flatten_mut};

/// The mean under each window `G` of each of `C` planes, which are channels of images or signals.
///
/// In `network!`: `AvgPool2d<2>`, `AvgPool2d<(2, 3)>`, or for signals `AvgPool1d<2>`; the window moves on by its own size. Settings:
/// `stride = 1` for another step, `padding = 1` for a border of zeros, which count in the mean as in PyTorch, `remainder = drop` to leave
/// out rows and columns at the end that no window reaches.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct AvgPool2d<const C: usize, G> {
    what: PhantomData<G>,
}

/// The kernel's view of a pool.
struct Mean<G>(PhantomData<G>);

impl<G: Window> Pool for Mean<G> {
    const GEOMETRY: Geometry = window::geometry::<G>("AvgPool2d", 1, 1, 1);
    const START: f32 = 0.0;

    #[inline(always)]
    fn gather(so_far: f32, x: f32) -> f32 {
        so_far + x
    }

    #[inline(always)]
    fn finish(gathered: f32) -> f32 {
        gathered * (1.0 / G::Kernel::COUNT as f32)
    }

    #[inline(always)]
    fn give(left: f32, _x: f32, _y: f32) -> (f32, f32) {
        (left * (1.0 / G::Kernel::COUNT as f32), left)
    }
}

crate::map_layer! { [const C: usize, G: Window] AvgPool2d<C, G> }

impl<const C: usize, G: Window> Map for AvgPool2d<C, G> {
    type Input = [G::Plane; C];
    type Output = [G::Stops; C];

    fn map(x: &[Self::Input], y: &mut [Self::Output]) {
        pool::forward::<Mean<G>>(flatten(x), flatten_mut(y));
    }

    fn map_back(x: &[Self::Input], y: &[Self::Output], dy: &mut [Self::Output], dx: &mut [Self::Input]) {
        pool::backward::<Mean<G>>(flatten(x), flatten(y), flatten(dy), flatten_mut(dx));
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let pads = window::pads(const { &Mean::<G>::GEOMETRY });
        Ok(window::export::<G>(pads, "AveragePool", &[input], &[("count_include_pad", Attribute::Int(1))], graph))
    }
}

/// Reading the layer from operators of ONNX.
#[cfg(feature = "onnx")]
pub(super) mod reading {
    use crate::layer::import::{Node, Reader, Reading};
    use crate::layers::read_window::pool;

    pub const READERS: &[Reader] = &[("AveragePool", average_pool)];

    fn average_pool(node: &dyn Node) -> Reading {
        // what ONNX leaves out of its means by default are zeros of the padding
        pool(node, ["AvgPool1d", "AvgPool2d"], node.int("count_include_pad").unwrap_or(0) != 0)
    }
}
