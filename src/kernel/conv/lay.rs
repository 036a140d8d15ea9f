//! Lays a few lines of the input out so that windows can be read from them: with the zeros of the padding, and for a stride of `s` each
//! `s`-th column side by side.

use super::Geometry;

/// Lays out the input of `rows` rows of the output, from row `top` on: `room[channel][line][phase][column]`.
#[inline(always)]
pub(super) fn lay_out(g: &Geometry, x: &[f32], top: usize, rows: usize, room: &mut [f32]) {
    let [height, width] = g.input;
    let (stride, pitch) = (g.stride[1], g.pitch());
    let lines = g.lines(rows);
    for (x, room) in x.chunks_exact(g.plane()).zip(room.chunks_exact_mut(g.channel_step())) {
        for (line, room) in room.chunks_exact_mut(g.line()).take(lines).enumerate() {
            let y = (top * g.stride[0] + line).wrapping_sub(g.padding[0]);
            let Some(x) = (y < height).then(|| x.get(y * width..y * width + width)).flatten() else {
                room.fill(0.0);
                continue;
            };
            for (phase, room) in room.chunks_exact_mut(pitch).enumerate() {
                // the columns `j` of which `j·stride + phase - padding` is one of the input
                let from = g.padding[1].saturating_sub(phase).div_ceil(stride).min(pitch);
                let to = (width + g.padding[1]).saturating_sub(phase).div_ceil(stride).clamp(from, pitch);
                let first = (from * stride + phase).saturating_sub(g.padding[1]);
                room[..from].fill(0.0);
                room[to..].fill(0.0);
                let room = &mut room[from..to];
                if room.is_empty() {
                    continue;
                }
                if stride == 1 {
                    for (to, x) in room.iter_mut().zip(&x[first..]) {
                        *to = *x;
                    }
                } else {
                    for (to, x) in room.iter_mut().zip(x[first..].iter().step_by(stride)) {
                        *to = *x;
                    }
                }
            }
        }
    }
}
