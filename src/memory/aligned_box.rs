//! Values on the heap that are made in place, never on the stack.

#![allow(unsafe_code)]

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::plain::{Plain, assert_plain};

/// A value of zeros on the heap, never on the stack.
pub fn zeroed_box<T: Plain>() -> Box<T> {
    const { assert_plain::<T>() };
    // SAFETY: zero bits are a valid `T`.
    unsafe { Box::new_zeroed().assume_init() }
}

/// Values of zeros, none of which is ever on the stack.
pub(crate) fn zeroed_vec<T: Plain>(length: usize) -> Vec<T> {
    const { assert_plain::<T>() };
    // SAFETY: zero bits are valid `T`s.
    unsafe { Box::new_zeroed_slice(length).assume_init() }.into_vec()
}

/// Adds a value of zeros to a vector, where it stays, and never on the stack.
#[cfg(feature = "std")]
pub(crate) fn push_zeroed<T: Plain>(values: &mut Vec<T>) -> &mut T {
    const { assert_plain::<T>() };
    let last = values.len();
    values.reserve(1);
    // SAFETY: there is capacity for one more, and zero bits are a valid `T`.
    unsafe {
        values.as_mut_ptr().add(last).write_bytes(0, 1);
        values.set_len(last + 1);
    }
    &mut values[last]
}

/// A `Box` whose value begins at a multiple of 64 bytes, a line of the cache, so that the kernels' vectors do not straddle
/// two lines. It is used as a `Box` is: `&mut *network` is the network, its fields and methods are at hand.
pub struct Boxed<T>(Box<Line<T>>);

/// A value at the beginning of a cache line.
#[repr(C, align(64))]
struct Line<T>(T);

impl<T: Plain> Boxed<T> {
    /// A value of zeros.
    #[must_use]
    pub fn zeroed() -> Self {
        const { assert_plain::<T>() };
        // SAFETY: zero bits are a valid `T`, and what pads it to whole lines may be anything.
        Boxed(unsafe { Box::new_zeroed().assume_init() })
    }
}

/// In place: the copy never travels over the stack.
impl<T: Plain> Clone for Boxed<T> {
    fn clone(&self) -> Self {
        let mut copy = Self::zeroed();
        // SAFETY: both are a whole `T`, and not the same one; any bits are a valid `T`, which needs no drop.
        unsafe { core::ptr::copy_nonoverlapping(&raw const self.0.0, &raw mut copy.0.0, 1) };
        copy
    }
}

impl<T> core::ops::Deref for Boxed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.0
    }
}

impl<T: core::fmt::Debug> core::fmt::Debug for Boxed<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> core::ops::DerefMut for Boxed<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0.0
    }
}
