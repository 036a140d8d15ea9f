//! What memory is made of: [`Plain`] words, and [`Parameters`], the words that are all `f32`.
//!
//! Everything a network owns or borrows is one of the two, so it can start as zeroed memory (in a `static`, in a `Box`),
//! be viewed as a flat slice, and share storage with what is not alive at the same time.

#![allow(unsafe_code)]

use core::marker::PhantomData;
use core::mem::{MaybeUninit, size_of};
use core::slice;

use generic_array::{ArrayLength, GenericArray};

use crate::memory::layout::Layout;

pub use congruent_macros::{Parameters, Plain};

use crate::memory::text::Text;

/// Memory for which any bits are a valid value: numbers of four bytes and arrays and structs of them.
///
/// Layers use it for what they remember between forward and backward. `f32`, `u32`, `i32`, `()`, arrays of them and
/// [`Pair`](crate::memory::pair::Pair)s are `Plain`; `#[derive(Parameters)]` makes a struct of `f32`s so.
///
/// # Safety
///
/// The type is a whole number of 4-byte words with no padding and an alignment of 4, or of no size and an alignment of at most 4;
/// every bit pattern is a valid value; it needs no drop. What of this the compiler can see is checked wherever memory is viewed as the
/// type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not plain memory",
    label = "numbers of four bytes, `()`, and arrays and `Pair`s of them are",
    note = "what a layer remembers is made of `f32` and `u32`, so that it can start as zeroed memory"
)]
pub unsafe trait Plain: Sized + Send + Sync + 'static {
    /// The size in bytes, as what it is a part of adds it up: one more if the layout is wrong, so that all of it is wrong then.
    #[doc(hidden)]
    const BYTES: usize = size_of::<Self>() + Self::WRONG;

    /// The size of all parts.
    #[doc(hidden)]
    const FIELDS: usize = size_of::<Self>();

    /// 0, or 1 where the layout is not the one that the trait promises: then an attribute has changed it.
    #[doc(hidden)]
    const WRONG: usize = wrong::<Self>(Self::FIELDS);

    /// Holds a field, of which this is the address, against its type, in what a derive writes.
    #[doc(hidden)]
    fn __holds(_: *const Self) {}
}

/// See [`Plain::WRONG`].
const fn wrong<T>(fields: usize) -> usize {
    let words = size_of::<T>().is_multiple_of(4) && align_of::<T>() == 4;
    let nothing = size_of::<T>() == 0 && align_of::<T>() <= 4;
    let right = (words || nothing) && size_of::<T>() == fields && !core::mem::needs_drop::<T>();
    if right { 0 } else { 1 }
}

/// Fails, while compiling, when `T` is not what [`Plain`] promises: every view of memory as another type asks this first.
pub(crate) const fn assert_plain<T: Plain>() {
    assert!(
        T::WRONG == 0,
        "plain memory is its fields and nothing else, but an attribute changed its layout, or it has a `Drop`"
    );
}

/// The layout of what a macro has refused, after its error, which stands in the place of the argument.
///
/// # Panics
///
/// While compiling, if that was none.
pub const fn refused<T>(_error: T) -> Layout {
    panic!("this has been refused")
}

/// Fails, while compiling, when the layout that is written for `P` has not all its numbers: files would miss some, or mix them up.
#[track_caller]
pub const fn assert_layout<P: Parameters>() {
    let (named, all) = (P::LAYOUT.count(), P::COUNT);
    if named != all {
        let text = Text::<256>::new().str("the layout of these parameters has ").counted(named as u64, " number");
        let text = text.str(", but there are ").digits(all as u64);
        panic!("{}", text.str("\nhelp: a layout names all of them, in the order of memory").as_str());
    }
}

/// Memory made of `f32`s and nothing else: the parameters of a layer, a gradient, a tensor.
///
/// Derive it for the struct of a layer of your own: `#[derive(Parameters)] #[repr(C)]`.
///
/// # Safety
///
/// The type is [`Plain`] and each of its words is an `f32`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not plain `f32` data",
    label = "its fields must be `f32`, arrays of `f32`, or other layers",
    note = "write `#[derive(Parameters)] #[repr(C)]` above the struct of a layer"
)]
pub unsafe trait Parameters: Plain {
    /// How many `f32`s there are.
    const COUNT: usize = size_of::<Self>() / size_of::<f32>();

    /// The tensors they make up, with their names. The derive says it; by hand, one tensor without a name.
    const LAYOUT: Layout = Layout::Array(Self::COUNT, &Layout::Number);

    /// As [`Plain::__holds`].
    #[doc(hidden)]
    fn __holds(_: *const Self) {}

    /// All of them, in the order of their declaration.
    fn as_flat(&self) -> &[f32] {
        const { assert_layout::<Self>() };
        flatten(slice::from_ref(self))
    }

    /// All of them, to write.
    fn as_flat_mut(&mut self) -> &mut [f32] {
        const { assert_layout::<Self>() };
        flatten_mut(slice::from_mut(self))
    }
}

#[diagnostic::do_not_recommend]
// SAFETY: one word, any bits valid.
unsafe impl Plain for f32 {}
#[diagnostic::do_not_recommend]
// SAFETY: one word, any bits valid.
unsafe impl Plain for u32 {}
#[diagnostic::do_not_recommend]
// SAFETY: one word, any bits valid.
unsafe impl Plain for i32 {}
#[diagnostic::do_not_recommend]
// SAFETY: no words.
unsafe impl Plain for () {}
#[diagnostic::do_not_recommend]
// SAFETY: arrays have no padding between or after their elements.
unsafe impl<T: Plain, const N: usize> Plain for [T; N] {
    const FIELDS: usize = N * T::BYTES;
}
#[diagnostic::do_not_recommend]
// SAFETY: that of `GenericArray<f32, N>`, which is that of `[f32; N]`.
unsafe impl<N: ArrayLength> Plain for Numbers<N> {}

#[diagnostic::do_not_recommend]
// SAFETY: no words.
unsafe impl<T: Send + Sync + 'static> Plain for PhantomData<T> {}

/// `N` numbers, where `N` is a type: of this crate, so that `generic-array` is no part of what it implements its traits for.
#[derive(Clone, Debug)]
#[repr(transparent)]
pub struct Numbers<N: ArrayLength>(GenericArray<f32, N>);

#[diagnostic::do_not_recommend]
// SAFETY: an `f32`.
unsafe impl Parameters for f32 {
    const LAYOUT: Layout = Layout::Number;
}
#[diagnostic::do_not_recommend]
// SAFETY: no words at all.
unsafe impl Parameters for () {
    const LAYOUT: Layout = Layout::Fields(&[]);
}
#[diagnostic::do_not_recommend]
// SAFETY: no words at all.
unsafe impl<T: Send + Sync + 'static> Parameters for PhantomData<T> {
    const LAYOUT: Layout = Layout::Fields(&[]);
}
#[diagnostic::do_not_recommend]
// SAFETY: only the elements' words.
unsafe impl<T: Parameters, const N: usize> Parameters for [T; N] {
    const LAYOUT: Layout = Layout::Array(N, &T::LAYOUT);
}
#[diagnostic::do_not_recommend]
// SAFETY: only the elements' words.
unsafe impl<N: ArrayLength> Parameters for Numbers<N> {
    const LAYOUT: Layout = Layout::Array(N::USIZE, &Layout::Number);
}

/// A marker of the type `T` in a struct of `f32`s: of no size, and `Send` and `Sync` whatever `T` is.
pub(crate) type Marker<T> = PhantomData<fn() -> T>;

/// `Debug` for memory that a call borrows, a tape or a scratch: its name alone, for its numbers mean nothing between two calls.
macro_rules! opaque_debug {
    ([$($generics:tt)*] $Name:ident, $Type:ty) => {
        impl<$($generics)*> ::core::fmt::Debug for $Type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(stringify!($Name)).finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use opaque_debug;

/// `Clone` and `Debug` for a layer whose fields have generic types that a derive knows nothing of: by its tensors.
macro_rules! copied_by_layout {
    ([$($generics:tt)*] $Name:ident, $Type:ty) => {
        impl<$($generics)*> Clone for $Type
        where
            $Type: $crate::Parameters,
        {
            fn clone(&self) -> Self {
                let mut copy: Self = $crate::memory::plain::zeroed();
                $crate::Parameters::as_flat_mut(&mut copy).copy_from_slice($crate::Parameters::as_flat(self));
                copy
            }
        }

        impl<$($generics)*> ::core::fmt::Debug for $Type
        where
            $Type: $crate::Parameters,
        {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut fields = f.debug_struct(stringify!($Name));
                for tensor in <Self as $crate::Parameters>::LAYOUT.tensors() {
                    fields.field(tensor.name(), &tensor.slice($crate::Parameters::as_flat(self)));
                }
                fields.finish()
            }
        }
    };
}
pub(crate) use copied_by_layout;

/// The `f32`s of a slice of tensors, as one slice.
pub fn flatten<T: Parameters>(values: &[T]) -> &[f32] {
    const { assert_plain::<T>() };
    if T::COUNT == 0 {
        return &[];
    }
    // SAFETY: `T` is `T::COUNT` `f32`s without padding, so the slice is `len * COUNT` of them.
    unsafe { slice::from_raw_parts(values.as_ptr().cast(), values.len() * T::COUNT) }
}

/// The `f32`s of a slice of tensors, as one slice to write.
pub fn flatten_mut<T: Parameters>(values: &mut [T]) -> &mut [f32] {
    const { assert_plain::<T>() };
    if T::COUNT == 0 {
        return &mut [];
    }
    // SAFETY: as in `flatten`; any `f32` written is valid for `T`.
    unsafe { slice::from_raw_parts_mut(values.as_mut_ptr().cast(), values.len() * T::COUNT) }
}

/// Slices of plain memory of the same size, one as the other.
pub fn cast<A: Plain, B: Plain>(values: &[A]) -> &[B] {
    const {
        assert_plain::<A>();
        assert_plain::<B>();
        assert!(size_of::<A>() == size_of::<B>() && align_of::<A>() >= align_of::<B>());
    };
    // SAFETY: by the assertion the memory holds as many values of `B`, aligned; any bits are a valid `B`.
    unsafe { slice::from_raw_parts(values.as_ptr().cast(), values.len()) }
}

/// As [`cast`], to write.
pub fn cast_mut<A: Plain, B: Plain>(values: &mut [A]) -> &mut [B] {
    const {
        assert_plain::<A>();
        assert_plain::<B>();
        assert!(size_of::<A>() == size_of::<B>() && align_of::<A>() >= align_of::<B>());
    };
    // SAFETY: as in `cast`; what is written as a `B` is, being any bits, a valid `A`.
    unsafe { slice::from_raw_parts_mut(values.as_mut_ptr().cast(), values.len()) }
}

/// A value of zeros, for the initialiser of a `static` (elsewhere it would travel over the stack).
pub const fn zeroed<T: Plain>() -> T {
    const { assert_plain::<T>() };
    // SAFETY: zero bits are a valid `T`.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// The `T` whose `f32`s these bytes are, each with its lowest byte first, for the initialiser of a `static`.
///
/// # Panics
///
/// When there are more or fewer bytes than `T` has.
#[must_use]
pub const fn from_bytes<T: Parameters>(bytes: &[u8]) -> T {
    const { assert_plain::<T>() };
    if bytes.len() != size_of::<T>() {
        let text =
            Text::<128>::new().number(size_of::<T>() as u64).str(" bytes of parameters are expected, but there are ");
        panic!("{}", text.number(bytes.len() as u64).as_str());
    }
    let mut value = MaybeUninit::<T>::uninit();
    let to = value.as_mut_ptr().cast::<u8>();
    let mut i = 0;
    while i < bytes.len() && cfg!(target_endian = "big") {
        // SAFETY: `i` is below the size of both; on such a processor the bytes of a word stand the other way round.
        unsafe { *to.add(i ^ 3) = bytes[i] }
        i += 1;
    }
    if cfg!(target_endian = "little") {
        // SAFETY: both are as long as that.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) }
    }
    // SAFETY: every byte has been written, and any bits are a valid `T`.
    unsafe { value.assume_init() }
}

/// Sets the `f32`s from number `offset` on to those whose bytes these are, each with its lowest byte first.
///
/// # Panics
///
/// When there are not so many.
pub(crate) const fn put<T: Parameters>(value: &mut T, offset: usize, bytes: &[u8]) {
    const { assert_plain::<T>() };
    assert!(
        offset <= T::COUNT && bytes.len().is_multiple_of(4) && bytes.len() / 4 <= T::COUNT - offset,
        "beyond the parameters"
    );
    // SAFETY: by the assertion all of it is within `value`, of which any bits are valid.
    let to = unsafe { core::ptr::from_mut(value).cast::<u8>().add(4 * offset) };
    let mut i = 0;
    while i < bytes.len() && cfg!(target_endian = "big") {
        // SAFETY: as above; on such a processor the bytes of a word stand the other way round.
        unsafe { *to.add(i ^ 3) = bytes[i] }
        i += 1;
    }
    if cfg!(target_endian = "little") {
        // SAFETY: as above.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) }
    }
}

/// The words of a value, whatever they stand for.
#[cfg(feature = "safetensors")]
pub(crate) fn words<T: Plain>(value: &T) -> &[u32] {
    const { assert_plain::<T>() };
    if size_of::<T>() == 0 {
        return &[];
    }
    assert!(core::ptr::from_ref(value).cast::<u32>().is_aligned(), "words are aligned");
    // SAFETY: the value is that number of words without padding, aligned by the assertion; any bits are a valid `u32`.
    unsafe { slice::from_raw_parts(core::ptr::from_ref(value).cast(), size_of::<T>() / 4) }
}

/// Fills `place` with zeros where it is, and hands it back as the value it has become.
pub fn zero_in<T: Plain>(place: &mut MaybeUninit<T>) -> &mut T {
    const { assert_plain::<T>() };
    // SAFETY: the write covers the whole value, and zero bits are a valid `T`.
    unsafe {
        place.as_mut_ptr().write_bytes(0, 1);
        place.assume_init_mut()
    }
}

/// Sets every word of `value` to zero.
pub fn clear<T: Plain>(value: &mut T) {
    const { assert_plain::<T>() };
    // SAFETY: zero bits are a valid `T`, which needs no drop.
    unsafe { core::ptr::from_mut(value).write_bytes(0, 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_with_the_lowest_first() {
        const VALUES: [f32; 2] = from_bytes(&[0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc1]);
        assert_eq!(VALUES, [1.0, -10.0]);
    }

    #[test]
    #[should_panic(expected = "8 bytes of parameters are expected, but there are 7")]
    fn the_number_of_bytes_must_be_right() {
        let _ = from_bytes::<[f32; 2]>(&[0; 7]);
    }
}
