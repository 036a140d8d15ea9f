//! Values on the heap that are made in place, never on the stack.

#![allow(unsafe_code)]

use alloc::alloc::{alloc_zeroed, handle_alloc_error};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::alloc::Layout;

use super::plain::{Plain, assert_plain};

/// Memory of zeros; a dangling pointer where the layout has no size. Compiled once, as `Box::new_zeroed` is not: programs have a box for
/// each network, gradient, tape and state.
fn zeroed_memory(layout: Layout) -> *mut u8 {
    if layout.size() == 0 {
        return core::ptr::without_provenance_mut(layout.align());
    }
    // SAFETY: the layout has a size.
    let memory = unsafe { alloc_zeroed(layout) };
    if memory.is_null() {
        handle_alloc_error(layout);
    }
    memory
}

/// A value of zeros on the heap, never on the stack.
pub fn zeroed_box<T: Plain>() -> Box<T> {
    const { assert_plain::<T>() };
    // SAFETY: the memory is of the layout of `T`, from the allocator that a box gives it back to, and zero bits are a valid `T`.
    unsafe { Box::from_raw(zeroed_memory(Layout::new::<T>()).cast()) }
}

/// Values of zeros, none of which is ever on the stack.
///
/// # Panics
///
/// When they are more bytes than an address can count, as `Vec` does.
pub(crate) fn zeroed_vec<T: Plain>(length: usize) -> Vec<T> {
    const { assert_plain::<T>() };
    let layout = Layout::array::<T>(length).expect("more bytes than an address can count");
    // SAFETY: the memory is of the layout of that many `T`s, from the allocator that a vector gives it back to, and zero bits are valid `T`s.
    unsafe { Vec::from_raw_parts(zeroed_memory(layout).cast(), length, length) }
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
        // SAFETY: as for `zeroed_box`; what pads a `T` to whole lines may be anything.
        Boxed(unsafe { Box::from_raw(zeroed_memory(Layout::new::<Line<T>>()).cast()) })
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
