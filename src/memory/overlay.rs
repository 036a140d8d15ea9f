//! Memory shared by what is never alive at the same time.
//!
//! A chain of layers needs, at each moment, one layer's input, its output and its scratch. [`Overlay`] is as large as the
//! larger of two such sets, and [`split`] lays a set into it: the first part at the front, the last at the end, scratch
//! between them. The buffers of a chain take the two ends in turn, so that no value is moved, and the whole takes as
//! much as the largest moment, not the sum of all.

#![allow(unsafe_code)]

use core::mem::{ManuallyDrop, size_of};
use core::ptr::{self, NonNull};

use super::plain::{Plain, assert_plain};

/// Room for `A` or `B`, whichever is larger.
#[repr(C)]
pub union Overlay<A, B> {
    a: ManuallyDrop<A>,
    b: ManuallyDrop<B>,
}

impl<A, B> core::fmt::Debug for Overlay<A, B> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Overlay").finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
// SAFETY: whole words; the bits that either type leaves are valid for the other.
unsafe impl<A: Plain, B: Plain> Plain for Overlay<A, B> {}

/// Splits `memory` into a front part, a middle part right after it, and a last part at its end.
///
/// The contents are whatever bits were there before. That the three fit is checked when the program is compiled.
pub fn split<M: Plain, F: Plain, S: Plain, L: Plain>(memory: &mut M) -> (&mut F, &mut S, &mut L) {
    const {
        assert_plain::<M>();
        assert_plain::<F>();
        assert_plain::<S>();
        assert_plain::<L>();
        assert!(size_of::<F>() + size_of::<S>() + size_of::<L>() <= size_of::<M>());
    };
    let start = match size_of::<M>() {
        // of no size, `memory` may be aligned to less than the parts, which are of no size then either
        0 => NonNull::<u32>::dangling().as_ptr().cast::<u8>(),
        _ => ptr::from_mut(memory).cast::<u8>(),
    };
    // SAFETY: by the assertion the three parts lie inside `memory` and do not overlap. `Plain` types are whole words
    // with an alignment of at most 4 and any bits valid, so each part is an aligned, valid value of its type.
    unsafe {
        let middle = start.add(size_of::<F>());
        let last = start.add(size_of::<M>() - size_of::<L>());
        (&mut *start.cast(), &mut *middle.cast(), &mut *last.cast())
    }
}

/// The front of `memory`, as a value of another type that fits in.
pub fn front<M: Plain, F: Plain>(memory: &mut M) -> &mut F {
    split::<M, F, (), ()>(memory).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_nothing_are_aligned() {
        // an address of no alignment, as of a field of no size behind a byte
        let mut bytes = [(0_u8, ()); 3];
        for (_, memory) in &mut bytes {
            let (front, middle, ()) = split::<(), [f32; 0], [[u32; 2]; 0], ()>(memory);
            assert!(ptr::from_ref(front).is_aligned() && ptr::from_ref(middle).is_aligned());
            assert!(front.is_empty() && middle.is_empty());
        }
    }
}
