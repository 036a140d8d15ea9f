//! Arrays of `i8` as flat slices, and the shapes that go with those of `f32`.

#![allow(unsafe_code)]

use core::fmt::Debug;
use core::slice;

use crate::sealed::Sealed;
use crate::shape::Tensor;

/// Memory made of `i8`s and nothing else: `i8`, and arrays of these.
///
/// # Safety
///
/// The type is `size_of::<Self>()` of them, of an alignment of 1.
pub unsafe trait Int8s: Copy + Debug + Send + Sync + Sized + 'static {
    /// All of them zeros.
    const ZERO: Self;

    /// All of them, in the order of memory.
    fn as_flat(&self) -> &[i8] {
        // SAFETY: as the trait promises.
        unsafe { slice::from_raw_parts(core::ptr::from_ref(self).cast(), size_of::<Self>()) }
    }

    /// All of them, to write.
    fn as_flat_mut(&mut self) -> &mut [i8] {
        // SAFETY: as the trait promises; any bits are a valid `i8`.
        unsafe { slice::from_raw_parts_mut(core::ptr::from_mut(self).cast(), size_of::<Self>()) }
    }
}

// SAFETY: one.
unsafe impl Int8s for i8 {
    const ZERO: i8 = 0;
}
// SAFETY: arrays have no padding.
unsafe impl<T: Int8s, const N: usize> Int8s for [T; N] {
    const ZERO: [T; N] = [T::ZERO; N];
}

/// A shape of `f32`s that has one of `i8`s beside it: `[[f32; 3]; 2]` has `[[i8; 3]; 2]`.
pub trait Int8Shape: Tensor + Sealed {
    /// The same array of `i8`s.
    type Int8: Int8s;
}

impl Int8Shape for f32 {
    type Int8 = i8;
}

#[diagnostic::do_not_recommend]
impl<S: Int8Shape, const N: usize> Int8Shape for [S; N] {
    type Int8 = [S::Int8; N];
}
