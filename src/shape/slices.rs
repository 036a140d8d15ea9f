//! Slices of samples.

use super::Shape;

/// Whether all numbers of all values are finite.
pub fn finite<S: Shape>(values: &[S]) -> bool {
    S::all_finite(values)
}

/// The first `n` of `values`; all of them when there are fewer. Never panics.
pub fn first<T>(values: &[T], n: usize) -> &[T] {
    values.get(..n).unwrap_or(values)
}

/// The first `n` of `values`, to write; all of them when there are fewer. Never panics.
pub fn first_mut<T>(values: &mut [T], n: usize) -> &mut [T] {
    let n = n.min(values.len());
    &mut values[..n]
}
