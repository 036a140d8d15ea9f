//! Lays a few lines of the input out so that windows can be read from them: with the zeros of the padding, and for a stride of `s` each
//! `s`-th column side by side.

use super::super::parts::{every, parts, parts_mut};
use super::Geometry;

/// Lays out the input of `rows` rows of the output, from row `top` on: `room[channel][line][phase][column]`, with the
/// [`Geometry::channel_step`] from channel to channel.
#[inline(always)]
pub(super) fn lay_out(g: &Geometry, x: &[f32], top: usize, rows: usize, room: &mut [f32], channel_step: usize) {
    let [height, width] = g.input;
    let (stride, pitch) = (g.stride[1], g.pitch());
    let lines = g.lines(rows);
    for (x, room) in parts(x, g.plane()).zip(parts_mut(room, channel_step)) {
        for (line, room) in parts_mut(room, g.line()).take(lines).enumerate() {
            let y = (top * g.stride[0] + line).wrapping_sub(g.padding[0]);
            let Some(x) = (y < height).then(|| x.get(y * width..y * width + width)).flatten() else {
                room.fill(0.0);
                continue;
            };
            for (phase, room) in parts_mut(room, pitch).enumerate() {
                let (columns, first) = g.over_the_input(phase, pitch);
                let (room, after) = room.split_at_mut_checked(columns.end).unwrap_or_default();
                let (before, room) = room.split_at_mut_checked(columns.start).unwrap_or_default();
                before.fill(0.0);
                after.fill(0.0);
                let x = x.get(first..).unwrap_or_default();
                if stride == 1 {
                    for (to, x) in room.iter_mut().zip(x) {
                        *to = *x;
                    }
                } else {
                    for (to, x) in room.iter_mut().zip(every(x, stride)) {
                        *to = *x;
                    }
                }
            }
        }
    }
}
