//! Memory shared by what is never alive at the same time.
//!
//! A chain of layers needs, at each moment, one layer's input, its output and its scratch. [`Overlay`] is as large as the
//! larger of two such sets, and [`split`] lays a set into it: the first part at the front, the last at the end, scratch
//! between them. The buffers of a chain take the two ends in turn, so that no value is moved, and the whole takes as
//! much as the largest moment, not the sum of all.

#![allow(unsafe_code)]

use core::marker::PhantomData;
use core::mem::{ManuallyDrop, size_of};
use core::ptr::{self, NonNull};

use super::pair::Pair;
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
// SAFETY: whole words; the bits that either type leaves are valid for the other. (Whoever takes one out of it asks the type itself whether it is
// plain, so it need not be known of its parts.)
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

/// What is left of a memory `M` from which parts have been taken, the last of which ended where a `T` at its beginning would end.
///
/// A graph of layers has more than two values alive at a time. Where each lies is decided by `network!`, as the size of what lies below it.
pub struct Rest<'a, M, T> {
    start: NonNull<u8>,
    memory: PhantomData<(&'a mut M, T)>,
}

crate::memory::plain::opaque_debug! { ['a, M, T] Rest, Rest<'a, M, T> }

/// All of a memory, to take parts of.
pub fn rest<M: Plain>(memory: &mut M) -> Rest<'_, M, ()> {
    // of no size, `memory` may be aligned to less than the parts, which are of no size then either
    let start = match size_of::<M>() {
        0 => NonNull::<u32>::dangling().cast(),
        _ => NonNull::from(memory).cast(),
    };
    Rest { start, memory: PhantomData }
}

impl<'a, M: Plain, T: Plain> Rest<'a, M, T> {
    /// Takes the part that begins where a `Below` at the beginning of the memory would end.
    ///
    /// The contents are whatever bits were there before. That it lies behind the parts taken so far, and in the memory, is checked when the
    /// program is compiled.
    pub fn take<Below: Plain, P: Plain>(self) -> (&'a mut P, Rest<'a, M, Pair<Below, P>>) {
        const {
            assert_plain::<M>();
            assert_plain::<P>();
            assert!(size_of::<T>() <= size_of::<Below>());
            assert!(size_of::<Below>() + size_of::<P>() <= size_of::<M>());
        };
        let Rest { start, .. } = self;
        // SAFETY: by the assertions the part lies inside the memory, borrowed for `'a`, and behind all parts taken before, for a `Rest` is
        // used up by taking. Sizes are whole words, and a `Plain` type has an alignment of at most 4 and any bits valid.
        let part = unsafe { start.add(size_of::<Below>()).cast().as_mut() };
        (part, Rest { start, memory: PhantomData })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_taken_one_behind_the_other() {
        let mut memory = [0_u32; 8];
        let (first, left) = rest(&mut memory).take::<[f32; 1], [u32; 2]>();
        let (second, _) = left.take::<Overlay<[f32; 5], [f32; 4]>, [u32; 3]>();
        first.fill(1);
        second.fill(2);
        assert_eq!(memory, [0, 1, 1, 0, 0, 2, 2, 2]);
        let mut none = ();
        let (nothing, _) = rest(&mut none).take::<(), [f32; 0]>();
        assert!(nothing.is_empty());
    }

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
