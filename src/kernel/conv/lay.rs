//! Lays a few lines of the input out so that windows can be read from them: with the zeros of the padding, and for a stride of `s` each
//! `s`-th column side by side.

use super::super::parts::{every, parts, parts_mut};
use super::super::vector::Vector;
use super::Geometry;
use super::geometry::Planes;
use super::slide::copy_few;

/// Lays out the input of `rows` rows of the output, from row `top` on: `buffer[channel][line][phase][column]`, with the
/// [`Geometry::channel_step`] from channel to channel.
///
/// # Safety
///
/// The processor must have the vectors.
#[inline(always)]
pub(super) unsafe fn lay_out<V: Vector>(
    g: &Geometry,
    x: &[f32],
    top: usize,
    rows: usize,
    buffer: &mut [f32],
    channel_step: usize,
) {
    let [height, width] = g.input;
    let lines = g.lines(rows);
    for (x, buffer) in parts(x, g.plane()).zip(parts_mut(buffer, channel_step)) {
        for (line, buffer) in parts_mut(buffer, g.line()).take(lines).enumerate() {
            // SAFETY: the caller vouches for the vectors.
            unsafe { clear::<V>(buffer) };
            let y = (top * g.stride[0] + line).wrapping_sub(g.padding[0]);
            if y >= height {
                continue;
            }
            let x = x.get(y * width..(y + 1) * width).unwrap_or_default();
            // SAFETY: the caller vouches for the vectors.
            unsafe { lay_line::<V>(g, x, buffer, g.pitch()) };
        }
    }
}

/// Lays out the [`Planes`](super::geometry::Planes) of the channels of `x`, for so many rows of the output as they are for, from row `top` on. If
/// `zeroed`, the padding is there from the last time.
///
/// # Safety
///
/// The processor must have the vectors.
#[inline(always)]
pub(super) unsafe fn lay_planes<V: Vector>(
    g: &Geometry,
    planes: &Planes,
    x: &[f32],
    top: usize,
    buffer: &mut [f32],
    zeroed: bool,
) {
    let [height, width] = g.input;
    let (stride, pitch) = (g.stride[0], g.pitch());
    for (x, buffer) in parts(x, g.plane()).zip(parts_mut(buffer, planes.channel)) {
        if !zeroed {
            // SAFETY: the caller vouches for the vectors.
            unsafe { clear::<V>(buffer) };
        }
        // from the first line of the input under these rows on
        let above = top * stride;
        let y = above.saturating_sub(g.padding[0]);
        let (mut phase, mut line) = (y + g.padding[0] - above, 0);
        while phase >= stride {
            (phase, line) = (phase - stride, line + 1);
        }
        for x in parts(x, width).take(height).skip(y) {
            if line >= planes.lines {
                break;
            }
            let from = phase * planes.row_phase + line * pitch;
            if let Some(buffer) = buffer.get_mut(from..) {
                // SAFETY: the caller vouches for the vectors.
                unsafe { lay_line::<V>(g, x, buffer, planes.phase) };
            }
            phase += 1;
            if phase == stride {
                (phase, line) = (0, line + 1);
            }
        }
    }
}

/// Writes a line of the input to where each phase of the stride has its columns, `phase_step` from phase to phase; the padding stays.
///
/// # Safety
///
/// The processor must have the vectors.
#[inline(always)]
pub(super) unsafe fn lay_line<V: Vector>(g: &Geometry, x: &[f32], buffer: &mut [f32], phase_step: usize) {
    let (stride, pitch) = (g.stride[1], g.pitch());
    if stride == 1 {
        // (without a division, which would take longer than a line)
        let buffer = buffer.get_mut(g.padding[1]..pitch).unwrap_or_default();
        // SAFETY: the caller vouches for the vectors.
        unsafe { copy::<V>(x, buffer) };
        return;
    }
    if V::LANES > 1 && stride == 2 {
        // SAFETY: the caller vouches for the vectors.
        unsafe { lay_halves::<V>(g, x, buffer, phase_step) };
        return;
    }
    for phase in 0..g.phases() {
        let (columns, first) = g.over_the_input(phase, pitch);
        let buffer = buffer.get_mut(phase * phase_step..phase * phase_step + pitch).unwrap_or_default();
        let (x, buffer) = (x.get(first..).unwrap_or_default(), buffer.get_mut(columns).unwrap_or_default());
        for (to, x) in buffer.iter_mut().zip(every(x, stride)) {
            *to = *x;
        }
    }
}

/// [`lay_line`] with a stride of 2: numbers at even places to one phase, those at odd places to the other.
///
/// # Safety
///
/// The processor must have the vectors.
#[inline(always)]
unsafe fn lay_halves<V: Vector>(g: &Geometry, x: &[f32], buffer: &mut [f32], phase_step: usize) {
    let mut halves = [(core::ptr::null_mut::<f32>(), 0); 2];
    for (place, half) in halves.iter_mut().enumerate() {
        let (phase, column) = ((place + g.padding[1]) % 2, (place + g.padding[1]) / 2);
        if phase < g.phases() && column < g.pitch() {
            let to = buffer.get_mut(phase * phase_step + column..phase * phase_step + g.pitch()).unwrap_or_default();
            let count = ((x.len() + 1 - place) / 2).min(to.len());
            *half = (to.as_mut_ptr(), count);
        }
    }
    let (mut i, most) = (0, halves[0].1.max(halves[1].1));
    while i < most {
        // SAFETY: of either half no more than its count is written, and `x` is read no further than it goes; the caller vouches for the
        // vectors.
        unsafe {
            let rest = x.len() - 2 * i;
            let from = x.as_ptr().add(2 * i);
            let pair = if rest >= 2 * V::LANES { V::load_pairs(from) } else { V::load_pairs_first(from, rest) };
            for (lanes, (to, count)) in pair.into_iter().zip(halves) {
                let count = usize::saturating_sub(count, i);
                if count >= V::LANES {
                    lanes.store(to.add(i));
                } else if count > 0 {
                    lanes.store_first(to.add(i), count);
                }
            }
        }
        i += V::LANES;
    }
}

/// Zeros. (Lines are short: a call of the library's function would take longer than its work.)
///
/// # Safety
///
/// The processor must have the vectors.
#[inline(always)]
pub(super) unsafe fn clear<V: Vector>(to: &mut [f32]) {
    let (count, to) = (to.len(), to.as_mut_ptr());
    let mut i = 0;
    // SAFETY: no more than `count` floats are written.
    unsafe {
        while count - i >= V::LANES {
            V::splat(0.0).store(to.add(i));
            i += V::LANES;
        }
        if i < count {
            V::splat(0.0).store_first(to.add(i), count - i);
        }
    }
}

/// As many numbers as both have.
///
/// # Safety
///
/// The processor must have the vectors.
#[inline(always)]
pub(super) unsafe fn copy<V: Vector>(from: &[f32], to: &mut [f32]) {
    // SAFETY: both have so many; the caller vouches for the vectors.
    unsafe { copy_few::<V>(from.as_ptr(), to.as_mut_ptr(), from.len().min(to.len())) }
}
