//! Two values, one after the other in memory.

#![allow(unsafe_code)]

use super::plain::{Parameters, Plain};

/// Two parts, one after the other. As an input, a pair is two values that come together: a sequence, and another that is asked
/// about it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Pair<A, B>(pub A, pub B);

#[diagnostic::do_not_recommend]
// SAFETY: two runs of whole words, one after the other.
unsafe impl<A: Plain, B: Plain> Plain for Pair<A, B> {
    const FIELDS: usize = A::BYTES + B::BYTES;
}
#[diagnostic::do_not_recommend]
// SAFETY: all words are `f32`.
unsafe impl<A: Parameters, B: Parameters> Parameters for Pair<A, B> {}
