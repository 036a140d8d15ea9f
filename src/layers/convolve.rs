//! The two ways of a convolution, a few samples at a time: [`convolve`] is the way of a `Conv2d` and the way back of a `ConvTranspose2d`,
//! [`spread`] the way of a `ConvTranspose2d` and the way back of a `Conv2d`.
//!
//! `finish` is called on each few samples while they are hot in the cache.

use super::window::Window;
use crate::kernel::conv::{self, Geometry};
use crate::kernel::{Epilogue, finish_rows};
use crate::memory::plain::{Parameters, flatten, flatten_mut};

/// `y[f] = bias[f] + Σ_c weight[f][c] ⋆ x[c]`, from planes that the window `G` goes over to its stops.
pub(super) fn convolve<G: Window, X: Parameters, Y: Parameters>(
    g: &Geometry,
    (weight, bias): (&[f32], &[f32]),
    x: &[X],
    y: &mut [Y],
    scratch: &mut [f32],
    finish: impl Epilogue<Y>,
) {
    let samples = const { conv::samples_at_a_time(Y::COUNT) };
    conv::each_few((g.macs(), g.buffer()), samples, x, y, scratch, &|x, y, scratch| {
        conv::forward(g, G::TAPS, flatten(x), weight, bias, flatten_mut(y), scratch);
        finish_rows(y, &finish);
    });
}

/// The transpose of [`convolve`], from the stops of the window `G` to the planes that it goes over: each number of `x` is spread over the
/// window, on top of `bias`.
pub(super) fn spread<G: Window, X: Parameters, Y: Parameters>(
    g: &Geometry,
    (weight, bias): (&[f32], &[f32]),
    x: &[X],
    y: &mut [Y],
    scratch: &mut [f32],
    finish: impl Epilogue<Y>,
) {
    let samples = const { conv::samples_at_a_time(Y::COUNT) };
    conv::each_few((g.macs(), g.back_buffer()), samples, x, y, scratch, &|x, y, scratch| {
        conv::input_gradient(g, G::BACK_TAPS, flatten(x), weight, bias, flatten_mut(y), scratch);
        finish_rows(y, &finish);
    });
}
