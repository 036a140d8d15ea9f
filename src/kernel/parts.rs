//! Slices in parts whose size is known only at run time, for code that must not panic.
//!
//! `chunks_exact` and `step_by` panic when the size is 0, and the compiler keeps that path wherever it cannot tell that the size is not.

#![allow(unsafe_code)]

use core::slice::{from_raw_parts, from_raw_parts_mut};

/// As `chunks_exact`; a size of 0 is taken for 1.
#[inline(always)]
pub(super) fn parts(numbers: &[f32], size: usize) -> impl Iterator<Item = &[f32]> {
    let size = size.max(1);
    // SAFETY: `len / size` parts of this size are within the slice.
    (0..numbers.len() / size).map(move |i| unsafe { from_raw_parts(numbers.as_ptr().add(i * size), size) })
}

/// As `chunks_exact_mut`; a size of 0 is taken for 1.
#[inline(always)]
pub(super) fn parts_mut(numbers: &mut [f32], size: usize) -> impl Iterator<Item = &mut [f32]> {
    let (size, first) = (size.max(1), numbers.as_mut_ptr());
    // SAFETY: `len / size` parts of this size are within the slice, which is borrowed mutably, and none overlaps another.
    (0..numbers.len() / size).map(move |i| unsafe { from_raw_parts_mut(first.add(i * size), size) })
}

/// Each `stride`-th number, from the first on; none with a stride of 0.
#[inline(always)]
pub(super) fn every(numbers: &[f32], stride: usize) -> impl Iterator<Item = &f32> {
    // SAFETY: a place below the number of strides is within the slice.
    (0..strides(numbers, stride)).map(move |i| unsafe { numbers.get_unchecked(i * stride) })
}

/// The same, to write.
#[inline(always)]
pub(super) fn every_mut(numbers: &mut [f32], stride: usize) -> impl Iterator<Item = &mut f32> {
    let (count, first) = (strides(numbers, stride), numbers.as_mut_ptr());
    // SAFETY: a place below the number of strides is within the slice, which is borrowed mutably, and no two are the same.
    (0..count).map(move |i| unsafe { &mut *first.add(i * stride) })
}

/// How many numbers there are when each `stride`-th is taken: `i·stride < len` for each `i` below that.
#[inline(always)]
fn strides(numbers: &[f32], stride: usize) -> usize {
    numbers.len().checked_add(stride.wrapping_sub(1)).and_then(|ends| ends.checked_div(stride)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    #[test]
    fn parts_are_those_of_the_standard_library() {
        let numbers: Vec<f32> = (0..10).map(|i| i as f32).collect();
        for size in 1..12 {
            assert!(parts(&numbers, size).eq(numbers.chunks_exact(size)));
            assert!(parts_mut(&mut numbers.clone(), size).eq(numbers.clone().chunks_exact_mut(size)));
            assert!(every(&numbers, size).eq(numbers.iter().step_by(size)));
            assert!(every_mut(&mut numbers.clone(), size).eq(numbers.clone().iter_mut().step_by(size)));
        }
    }

    #[test]
    fn what_has_no_size_ends() {
        let mut numbers = [1.0, 2.0];
        assert_eq!((parts(&numbers, 0).count(), parts_mut(&mut numbers, 0).count()), (2, 2));
        assert_eq!(every(&numbers, 0).count() + every_mut(&mut numbers, 0).count(), 0);
        assert_eq!(every(&[], 2).count() + every_mut(&mut [], 2).count() + parts(&[], 2).count(), 0);
    }
}
