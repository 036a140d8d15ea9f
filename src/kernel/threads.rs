//! Work split over threads of the crate's own, where there is so much of it that waking them pays.
//!
//! What is split is what is computed, never a sum: no order of additions depends on the threads or on their number, so neither does a bit.

#[cfg(feature = "threads")]
mod pool;

/// Multiply-adds of a product from which on threads pay: more than a hundred microseconds, since it takes tens to wake them.
#[cfg(all(feature = "threads", not(test)))]
const WORTH: usize = 1 << 23;
/// The same on a thread of the pool, where the others are awake as a rule.
#[cfg(all(feature = "threads", not(test)))]
const WORTH_INSIDE: usize = 1 << 21;

/// In how many pieces to do work of so many multiply-adds: 1 if other threads are of no help.
#[inline]
pub(crate) fn pieces(operations: usize) -> usize {
    // tests of the kernels choose the vectors of their own thread
    #[cfg(all(feature = "threads", not(test)))]
    if operations >= WORTH_INSIDE {
        let worth = if pool::is_worker() { WORTH_INSIDE } else { WORTH };
        if operations >= worth && pool::count() > 1 {
            // two for each, so that one that is held up holds less up
            return (2 * pool::count()).min(operations / (worth / 4));
        }
    }
    let _ = operations;
    1
}

/// Does work of so many multiply-adds on a thread of the pool, if other threads are of help to parts of it: there they are at hand at
/// once, whereas each part would have to wake the pool from outside.
#[inline]
pub(crate) fn inside(operations: u64, work: impl FnOnce() + Send) {
    #[cfg(all(feature = "threads", not(test)))]
    if operations >= WORTH as u64 && pool::count() > 1 {
        return pool::enter(work);
    }
    let _ = operations;
    work();
}

/// Does `a` and `b`, at the same time if another thread is free.
#[inline]
pub(crate) fn join(a: impl FnOnce() + Send, b: impl FnOnce() + Send) {
    #[cfg(feature = "threads")]
    pool::join(a, b);
    #[cfg(not(feature = "threads"))]
    {
        a();
        b();
    }
}

/// Does `work`, in which each step and each prediction is computed on at most `count` threads; 1 keeps all of it on the thread that
/// asks. The bits are the same whatever the number.
///
/// Without it there are as many threads as the machine has processors for this program, or as the environment's
/// `CONGRUENT_NUM_THREADS` says. They are the crate's own, started by the first
/// work that is large enough, and shared by all threads that ask. Whoever asks waits meanwhile and does nothing else, be it a thread of
/// another pool, so that a lock may be held around every call: a network behind a `Mutex` can be asked from any task.
///
/// ```
/// use congruent::prelude::*;
///
/// network! { struct Digits(Dense<64, 32, Relu>, Dense<32, 10, Softmax>); }
///
/// let network = Digits::seeded(1);
/// let outputs = congruent::with_threads(1, || network.predict(&[[0.5; 64]; 1000]));
/// assert_eq!(outputs, network.predict(&[[0.5; 64]; 1000]));
/// ```
#[cfg(feature = "threads")]
pub fn with_threads<R>(count: usize, work: impl FnOnce() -> R) -> R {
    pool::limited(count, work)
}

/// Splits `rows` into so many pieces, at multiples of `unit`, and calls `work` for each with the position of its first row.
pub(crate) fn split<R: Send>(pieces: usize, unit: usize, rows: &mut [R], work: &(impl Fn(usize, &mut [R]) + Sync)) {
    split_from(0, pieces, unit, rows, work);
}

fn split_from<R: Send>(
    first: usize,
    pieces: usize,
    unit: usize,
    rows: &mut [R],
    work: &(impl Fn(usize, &mut [R]) + Sync),
) {
    let middle = middle(rows.len(), pieces, unit);
    match rows.split_at_mut_checked(middle) {
        Some((low, high)) if middle > 0 => join(
            || split_from(first, pieces / 2, unit, low, work),
            || split_from(first + middle, pieces - pieces / 2, unit, high, work),
        ),
        _ => work(first, rows),
    }
}

/// Where to split: in proportion to the pieces on either side, at a multiple of `unit`, before the end; 0 where nothing is to be split.
pub(crate) fn middle(length: usize, pieces: usize, unit: usize) -> usize {
    if pieces < 2 {
        return 0;
    }
    let middle = (length * (pieces / 2) / pieces).next_multiple_of(unit);
    // of less than a unit and a bit, nothing is left for the other side
    if middle < length { middle } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_something_on_either_side_of_the_middle() {
        for length in 0..70 {
            for pieces in 0..17 {
                for unit in 1..14 {
                    let middle = middle(length, pieces, unit);
                    assert!(middle == 0 || middle < length, "{length} {pieces} {unit}");
                    assert!(middle.is_multiple_of(unit));
                }
            }
        }
        assert_eq!((middle(32, 4, 5), middle(9, 4, 5), middle(9, 4, 10)), (20, 5, 0));
    }
}
