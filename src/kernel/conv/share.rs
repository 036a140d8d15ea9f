//! The samples of a batch, a few at a time, shared out among threads where that pays.

use super::super::threads;
use super::geometry::BUFFER;
use crate::memory::plain::Plain;

/// Floats that a thread has on its stack for a convolution whose lines need more than [`BUFFER`]: 64 KiB.
pub(super) const LARGE: usize = 16384;

/// Calls `work` for each `few` samples of `x` and `y`, on several threads if there is so much of it that they pay.
///
/// `macs` are the multiply-adds of one sample, `need` the floats that `work` borrows. One thread borrows `buffer`; where there are more, each
/// has room on its own stack, up to [`LARGE`]. A sample's result must not depend on which others come with it.
pub(crate) fn each_few<X: Plain, Y: Plain>(
    (macs, need): (u64, usize),
    few: usize,
    x: &[X],
    y: &mut [Y],
    buffer: &mut [f32],
    work: &(impl Fn(&[X], &mut [Y], &mut [f32]) + Sync),
) {
    let operations = usize::try_from(macs).unwrap_or(usize::MAX).saturating_mul(y.len());
    let pieces = if need <= LARGE { threads::pieces(operations) } else { 1 };
    if pieces < 2 {
        one_by_one(few, x, y, buffer, work);
    } else {
        in_pieces(pieces, few, need, (x, y), work);
    }
}

fn one_by_one<X, Y>(few: usize, x: &[X], y: &mut [Y], buffer: &mut [f32], work: &impl Fn(&[X], &mut [Y], &mut [f32])) {
    for (x, y) in x.chunks(few.max(1)).zip(y.chunks_mut(few.max(1))) {
        work(x, y, buffer);
    }
}

fn in_pieces<X: Plain, Y: Plain>(
    pieces: usize,
    few: usize,
    need: usize,
    (x, y): (&[X], &mut [Y]),
    work: &(impl Fn(&[X], &mut [Y], &mut [f32]) + Sync),
) {
    let middle = threads::middle(x.len().min(y.len()), pieces, few.max(1));
    if middle == 0 {
        with_buffer(need, |buffer| one_by_one(few, x, y, buffer, work));
        return;
    }
    let ((low_x, high_x), (low_y, high_y)) = (x.split_at(middle), y.split_at_mut(middle));
    threads::join(
        || in_pieces(pieces / 2, few, need, (low_x, low_y), work),
        || in_pieces(pieces - pieces / 2, few, need, (high_x, high_y), work),
    );
}

/// Calls `work` with at least `need` floats, if these are no more than [`LARGE`], on the stack of this thread.
pub(super) fn with_buffer(need: usize, work: impl FnOnce(&mut [f32])) {
    if need <= BUFFER { on_the_stack::<BUFFER>(work) } else { on_the_stack::<LARGE>(work) }
}

/// (A frame of its own, so that those who divide the work have none of it in theirs.)
#[inline(never)]
fn on_the_stack<const N: usize>(work: impl FnOnce(&mut [f32])) {
    work(&mut [0.0; N]);
}
