//! Int8 networks on the heap that are made there, never on the stack.

#![allow(unsafe_code)]

/// What a box can be filled with that never was on the stack, which without optimisation any value that is moved is.
///
/// # Safety
///
/// What `ZERO_IN_PLACE` points to is a constant's value, without interior mutability: a copy of its bits is that constant once more.
#[doc(hidden)]
pub unsafe trait InPlace: Sized + 'static {
    /// A network of zeros, where the compiler has put it.
    const ZERO_IN_PLACE: &'static Self;
}

/// A network of zeros on the heap, never on the stack.
#[cfg(feature = "std")]
pub(super) fn zeroed<N: InPlace>() -> Box<N> {
    let mut zeroed = Box::<N>::new_uninit();
    // SAFETY: the copy is a value of the constant, by the trait, and the box is filled by it.
    unsafe {
        core::ptr::copy_nonoverlapping(N::ZERO_IN_PLACE, zeroed.as_mut_ptr(), 1);
        zeroed.assume_init()
    }
}
