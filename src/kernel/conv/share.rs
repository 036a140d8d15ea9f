//! The samples of a batch, a few at a time, shared out among threads where that pays.

use super::super::threads;
use super::geometry::ROOM;
use crate::plain::{Lend, Lent, Plain};

/// Calls `work` for each `few` samples of `x` and `y`, on several threads if there is so much of it that they pay.
///
/// `macs` are the multiply-adds of one sample. One thread borrows `room`; where there are more, each has as much of its own on its stack,
/// if that is no more than [`ROOM`]. A sample's result must not depend on which others come with it.
pub(crate) fn each_few<X: Plain, Y: Plain>(
    macs: u64,
    few: usize,
    x: &[X],
    y: &mut [Y],
    room: &mut [f32],
    work: &(impl Fn(&[X], &mut [Y], &mut [f32]) + Sync),
) {
    let operations = usize::try_from(macs).unwrap_or(usize::MAX).saturating_mul(y.len());
    let pieces = if room.len() <= ROOM { threads::pieces(operations) } else { 1 };
    if pieces < 2 {
        one_by_one(few, x, y, room, work);
    } else {
        in_pieces(pieces, few, (x, y).lend(), work);
    }
}

fn one_by_one<X, Y>(few: usize, x: &[X], y: &mut [Y], room: &mut [f32], work: &impl Fn(&[X], &mut [Y], &mut [f32])) {
    for (x, y) in x.chunks(few.max(1)).zip(y.chunks_mut(few.max(1))) {
        work(x, y, room);
    }
}

fn in_pieces<X: Plain, Y: Plain>(
    pieces: usize,
    few: usize,
    samples: Lent<(&[X], &mut [Y])>,
    work: &(impl Fn(&[X], &mut [Y], &mut [f32]) + Sync),
) {
    let (x, y) = samples.here();
    let middle = threads::middle(y.len(), pieces, few);
    match (x.split_at_checked(middle), y.split_at_mut_checked(middle)) {
        (Some((low_x, high_x)), Some((low_y, high_y))) if middle > 0 && !high_y.is_empty() => {
            let (low, high) = ((low_x, low_y).lend(), (high_x, high_y).lend());
            threads::join(|| in_pieces(pieces / 2, few, low, work), || in_pieces(pieces - pieces / 2, few, high, work));
        }
        (_, None) => {}
        (_, Some((low_y, high_y))) => {
            let y = if middle == 0 { high_y } else { low_y };
            one_by_one(few, x, y, &mut [0.0; ROOM], work);
        }
    }
}
