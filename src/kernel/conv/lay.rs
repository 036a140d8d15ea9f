//! Lays a few lines of the input out so that windows can be read from them: with the zeros of the padding, and for a stride of `s` each
//! `s`-th column side by side.

use super::super::parts::{every, parts, parts_mut};
use super::super::vector::Vector;
use super::Geometry;

/// Lays out the input of `rows` rows of the output, from row `top` on: `room[channel][line][phase][column]`, with the
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
    room: &mut [f32],
    channel_step: usize,
) {
    let [height, width] = g.input;
    let (stride, pitch) = (g.stride[1], g.pitch());
    let lines = g.lines(rows);
    for phase in 0..g.phases() {
        let (columns, first) = g.over_the_input(phase, pitch);
        for (x, room) in parts(x, g.plane()).zip(parts_mut(room, channel_step)) {
            for (line, room) in parts_mut(room, g.line()).take(lines).enumerate() {
                let room = room.get_mut(phase * pitch..(phase + 1) * pitch).unwrap_or_default();
                // SAFETY: the caller vouches for the vectors.
                unsafe { clear::<V>(room) };
                let y = (top * g.stride[0] + line).wrapping_sub(g.padding[0]);
                if y >= height {
                    continue;
                }
                let x = x.get(y * width + first..(y + 1) * width).unwrap_or_default();
                let room = room.get_mut(columns.clone()).unwrap_or_default();
                if stride == 1 {
                    // SAFETY: the caller vouches for the vectors.
                    unsafe { copy::<V>(x, room) };
                } else {
                    for (to, x) in room.iter_mut().zip(every(x, stride)) {
                        *to = *x;
                    }
                }
            }
        }
    }
}

/// Zeros. (Lines are short: a call of the library's function would take longer than its work.)
///
/// # Safety
///
/// The processor must have the vectors.
#[inline(always)]
unsafe fn clear<V: Vector>(to: &mut [f32]) {
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
unsafe fn copy<V: Vector>(from: &[f32], to: &mut [f32]) {
    let count = from.len().min(to.len());
    let (from, to) = (from.as_ptr(), to.as_mut_ptr());
    let mut i = 0;
    // SAFETY: no more than `count` floats are read or written.
    unsafe {
        while count - i >= V::LANES {
            V::load(from.add(i)).store(to.add(i));
            i += V::LANES;
        }
        if i < count {
            V::load_first(from.add(i), count - i).store_first(to.add(i), count - i);
        }
    }
}
