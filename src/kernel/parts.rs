//! Slices in parts whose size is known only at run time, for code that must not panic.
//!
//! `chunks_exact` and `step_by` panic when the size is 0, and the compiler keeps that path wherever it cannot tell that the size is not.

use core::iter::from_fn;
use core::mem::take;

/// As `chunks_exact`; there are no parts of size 0.
#[inline(always)]
pub(super) fn parts(mut rest: &[f32], size: usize) -> impl Iterator<Item = &[f32]> {
    from_fn(move || {
        let (part, after) = rest.split_at_checked(size)?;
        rest = after;
        (size > 0).then_some(part)
    })
}

/// As `chunks_exact_mut`; there are no parts of size 0.
#[inline(always)]
pub(super) fn parts_mut(mut rest: &mut [f32], size: usize) -> impl Iterator<Item = &mut [f32]> {
    from_fn(move || {
        let (part, after) = take(&mut rest).split_at_mut_checked(size)?;
        rest = after;
        (size > 0).then_some(part)
    })
}

/// Each `stride`-th number, from the first on; with a stride of 0 the first alone.
#[inline(always)]
pub(super) fn every(mut rest: &[f32], stride: usize) -> impl Iterator<Item = &f32> {
    from_fn(move || {
        let first = rest.first();
        rest = rest.get(stride..).filter(|_| stride > 0).unwrap_or_default();
        first
    })
}

/// The same, to write.
#[inline(always)]
pub(super) fn every_mut(mut rest: &mut [f32], stride: usize) -> impl Iterator<Item = &mut f32> {
    from_fn(move || {
        let (first, after) = take(&mut rest).split_first_mut()?;
        rest = stride.checked_sub(1).and_then(|between| after.get_mut(between..)).unwrap_or_default();
        Some(first)
    })
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
        assert_eq!(parts(&numbers, 0).count() + parts_mut(&mut numbers, 0).count(), 0);
        assert_eq!((every(&numbers, 0).count(), every_mut(&mut numbers, 0).count()), (1, 1));
        assert_eq!(every(&[], 2).count() + every_mut(&mut [], 2).count() + parts(&[], 2).count(), 0);
    }
}
