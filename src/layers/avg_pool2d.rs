//! The mean under each window of a plane: `y[c][oy][ox] = Σ x[c][oy·stride + ky − padding][ox·stride + kx − padding] / (KH·KW)`.
//!
//! | | shape |
//! |---|---|
//! | `x` | `[C][H][W]` |
//! | `y` | `[C][OH][OW]` with `OH = (H + 2·padding − KH) / stride + 1` |
//!
//! Backward: each number under a window gets `∂loss/∂y / (KH·KW)`.

use core::marker::PhantomData;

use super::window::{self, Slides};
use crate::kernel::pool::{self, Pool};
use crate::layer::graph::{Attribute, Graph, Refusal, Value};
use crate::layer::map::Map;
use crate::memory::plain::{Parameters, flatten, flatten_mut};
use crate::shape::Tensor;

/// The mean under each window of `KH` by `KW`, from the shape `S` to the shape `T`.
///
/// In `network!`: `AvgPool2d<2>`, `AvgPool2d<(2, 3)>`, or for signals `AvgPool1d<2>`; the window moves on by its own size. Settings:
/// `stride = 1` for another step, `padding = 1` for a border of zeros, which count in the mean as in PyTorch, `remainder = drop` to leave
/// out rows and columns at the end that no window reaches.
#[derive(Clone, Debug, Parameters)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct AvgPool2d<S, T, const KH: usize, const KW: usize, G> {
    what: PhantomData<(S, T, G)>,
}

/// The kernel's view of a pool.
struct Mean<const KH: usize, const KW: usize, G>(PhantomData<G>);

impl<const KH: usize, const KW: usize, G: Slides> Pool for Mean<KH, KW, G> {
    const KERNEL: [usize; 2] = [KH, KW];
    const INPUT: [usize; 2] = window::geometry::<G>("AvgPool2d", [KH, KW], 1, 1, 1).input;
    const OUTPUT: [usize; 2] = window::geometry::<G>("AvgPool2d", [KH, KW], 1, 1, 1).output;
    const STRIDE: [usize; 2] = window::geometry::<G>("AvgPool2d", [KH, KW], 1, 1, 1).stride;
    const PADDING: [usize; 2] = window::geometry::<G>("AvgPool2d", [KH, KW], 1, 1, 1).padding;
    const START: f32 = 0.0;

    #[inline(always)]
    fn gather(so_far: f32, x: f32) -> f32 {
        so_far + x
    }

    #[inline(always)]
    fn finish(gathered: f32) -> f32 {
        gathered * (1.0 / (KH * KW) as f32)
    }

    #[inline(always)]
    fn give(left: f32, _x: f32, _y: f32) -> (f32, f32) {
        (left * (1.0 / (KH * KW) as f32), left)
    }
}

crate::map_layer! { [S: Tensor, T: Tensor, const KH: usize, const KW: usize, G: Slides] AvgPool2d<S, T, KH, KW, G> }

impl<S: Tensor, T: Tensor, const KH: usize, const KW: usize, G: Slides> Map for AvgPool2d<S, T, KH, KW, G> {
    type Input = S;
    type Output = T;

    fn map(x: &[S], y: &mut [T]) {
        const { window::assert_pool::<S, T, G>("AvgPool2d", [KH, KW]) };
        pool::forward::<Mean<KH, KW, G>>(flatten(x), flatten_mut(y));
    }

    fn map_back(x: &[S], y: &[T], dy: &mut [T], dx: &mut [S]) {
        pool::backward::<Mean<KH, KW, G>>(flatten(x), flatten(y), flatten(dy), flatten_mut(dx));
    }

    fn export(graph: &mut dyn Graph, input: Value) -> Result<Value, Refusal> {
        let g = &window::geometry::<G>("AvgPool2d", [KH, KW], 1, 1, 1);
        Ok(window::export(
            g,
            window::pads(g),
            &S::DIMS,
            "AveragePool",
            &[input],
            &[("count_include_pad", Attribute::Int(1))],
            graph,
        ))
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
