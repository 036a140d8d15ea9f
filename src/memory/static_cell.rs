//! A static cell for one value, handed out once: how a program without an allocator owns a network and its workspace.

#![allow(unsafe_code)]

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

/// A `static` whose value can be taken once, to be had as `&'static mut` from then on.
///
/// The value stands where it is from the start: it is made when the program is compiled, and never moves over the stack.
///
/// ```
/// use congruent::StaticCell;
///
/// static BUFFER: StaticCell<[f32; 1000]> = StaticCell::new([0.0; 1000]);
///
/// let buffer = BUFFER.take().expect("taken once");
/// buffer[0] = 1.0;
/// assert!(BUFFER.take().is_none());
/// ```
///
/// It needs no more of the processor than to load and to store, so that it is the same on a Cortex-M0 as on a server, in
/// interrupts as in threads, and masks no interrupt. When several take at the very same time, at most one gets the value;
/// it can be that none does.
#[repr(C)]
pub struct StaticCell<T> {
    value: UnsafeCell<T>,
    /// Who came last.
    last: AtomicUsize,
    closed: AtomicBool,
}

// SAFETY: the value is reached only through the one `&mut` that `take` gives out, which moves it to that one thread.
unsafe impl<T: Send> Sync for StaticCell<T> {}

impl<T> core::fmt::Debug for StaticCell<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("StaticCell").finish_non_exhaustive() // the value belongs to whoever has taken it
    }
}

impl<T> StaticCell<T> {
    /// A place that holds `value`, for the initialiser of a `static`.
    pub const fn new(value: T) -> Self {
        StaticCell { value: UnsafeCell::new(value), last: AtomicUsize::new(0), closed: AtomicBool::new(false) }
    }

    /// The value, the first time; nothing ever after.
    #[allow(clippy::mut_from_ref)] // at most one is given out
    pub fn take(&'static self) -> Option<&'static mut T> {
        // SAFETY: `first` is true for one caller at most.
        self.first().then(|| unsafe { &mut *self.value.get() })
    }

    /// Whether the caller is the first: the splitter of Lamport ("A fast mutual exclusion algorithm", 1987).
    ///
    /// Say two callers both return true. Each read `closed` as false, so before the other had closed, and so each put
    /// its name in `last` before the other read it; but each read its own name there, so each wrote after the other.
    fn first(&self) -> bool {
        // the address of a local variable is a name that nobody else has meanwhile
        let local = 0_u8;
        let name = core::ptr::from_ref(core::hint::black_box(&local)).addr();
        self.last.store(name, SeqCst);
        if self.closed.load(SeqCst) {
            return false;
        }
        self.closed.store(true, SeqCst);
        self.last.load(SeqCst) == name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::AtomicU32;
    use std::sync::Barrier;
    use std::thread;
    use std::vec::Vec;

    #[test]
    fn is_taken_once() {
        static PLACE: StaticCell<[u32; 2]> = StaticCell::new([1, 2]);
        assert_eq!(PLACE.take(), Some(&mut [1, 2]));
        assert_eq!(PLACE.take(), None);
    }

    #[test]
    fn at_most_one_thread_takes() {
        static PLACES: [StaticCell<u32>; 500] = [const { StaticCell::new(7) }; 500];
        let taken: Vec<AtomicU32> = PLACES.iter().map(|_| AtomicU32::new(0)).collect();
        let start = Barrier::new(4);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    start.wait();
                    for (place, taken) in PLACES.iter().zip(&taken) {
                        if place.take().is_some() {
                            taken.fetch_add(1, SeqCst);
                        }
                    }
                });
            }
        });
        assert!(taken.iter().all(|taken| taken.load(SeqCst) <= 1));
    }

    /// A caller between two of its accesses to memory.
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Naming,
        Looking,
        Closing,
        Asking,
        Done(bool),
    }

    /// Runs the rest of the callers in every order, and tells whether more than one was ever the first.
    fn two_are_first(last: usize, closed: bool, callers: [At; 3]) -> bool {
        let mut any_left = false;
        for name in 0..callers.len() {
            let (mut last, mut closed, mut callers) = (last, closed, callers);
            callers[name] = match callers[name] {
                At::Naming => {
                    last = name;
                    At::Looking
                }
                At::Looking if closed => At::Done(false),
                At::Looking => At::Closing,
                At::Closing => {
                    closed = true;
                    At::Asking
                }
                At::Asking => At::Done(last == name),
                At::Done(_) => continue,
            };
            any_left = true;
            if two_are_first(last, closed, callers) {
                return true;
            }
        }
        !any_left && callers.iter().filter(|at| **at == At::Done(true)).count() > 1
    }

    #[test]
    fn no_order_of_three_callers_lets_two_in() {
        assert!(!two_are_first(usize::MAX, false, [At::Naming; 3]));
    }
}
