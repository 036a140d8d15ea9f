//! Shapes: what flows between layers is Rust's own nested arrays of `f32`.
//!
//! `[f32; 64]` is a vector, `[[f32; F]; T]` a sequence of `T` steps, `[[[f32; W]; H]; C]` an image of `C` channels. Sequences of up
//! to `T` steps, and sequences of words, are [`Padded<[f32; F], T>`](crate::Padded) and `[Token; T]` ([`Token`](crate::Token)).

use core::fmt;

use crate::memory::Pair;
use crate::plain::{Parameters, Plain};
use crate::text::Text;

/// What a layer takes or gives for one sample. The derivative of the loss by such a value has the same shape.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a shape",
    label = "a shape is an array of `f32`: `[f32; N]`, `[[f32; F]; T]`, `[[[f32; W]; H]; C]`"
)]
pub trait Shape: Plain + Copy {
    /// The sizes, outermost first.
    const DIMS: Dims;

    /// Whether all numbers are finite.
    fn is_finite(&self) -> bool;
}

/// A shape made of `f32`s alone.
pub trait Tensor: Shape + Parameters {
    /// The size of the innermost dimension, over which softmax and layer normalisation run.
    const ROW: usize;
}

#[diagnostic::do_not_recommend]
impl Shape for f32 {
    const DIMS: Dims = Dims::SCALAR;

    fn is_finite(&self) -> bool {
        f32::is_finite(*self)
    }
}

impl Tensor for f32 {
    const ROW: usize = 1;
}

#[diagnostic::do_not_recommend]
impl<S: Shape, const N: usize> Shape for [S; N] {
    const DIMS: Dims = S::DIMS.within(N);

    fn is_finite(&self) -> bool {
        self.iter().all(S::is_finite)
    }
}

impl<S: Tensor, const N: usize> Tensor for [S; N] {
    const ROW: usize = if S::DIMS.rank == 0 { N } else { S::ROW };
}

/// Two values that come together.
#[diagnostic::do_not_recommend]
impl<A: Shape, B: Shape> Shape for Pair<A, B> {
    const DIMS: Dims = A::DIMS.and(&B::DIMS);

    fn is_finite(&self) -> bool {
        self.0.is_finite() && self.1.is_finite()
    }
}

impl<A: Tensor, B: Tensor> Tensor for Pair<A, B> {
    const ROW: usize = B::ROW;
}

/// The sizes of a shape, outermost first; prints as `[1, 28, 28]`, and where there may be fewer steps, as `[..28, 8]`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Dims {
    rank: usize,
    sizes: [usize; Dims::MAX_RANK],
    at_most: [bool; Dims::MAX_RANK],
    tokens: bool,
    /// Whether nothing is known of it, so that it fits every other.
    lost: bool,
    /// Those of what comes with it.
    and: Option<&'static Dims>,
}

impl Dims {
    pub(crate) const MAX_RANK: usize = 6;

    /// No dimensions: a single number.
    pub const SCALAR: Dims = Dims {
        rank: 0,
        sizes: [0; Dims::MAX_RANK],
        at_most: [false; Dims::MAX_RANK],
        tokens: false,
        lost: false,
        and: None,
    };

    /// Those of a shape that a mistake hides, which has been told.
    pub(crate) const LOST: Dims = Dims { lost: true, ..Dims::SCALAR };

    /// No dimensions: a single [`Token`](crate::Token).
    pub const TOKEN: Dims = Dims { tokens: true, ..Dims::SCALAR };

    /// `size` values of these dimensions.
    ///
    /// # Panics
    ///
    /// When that makes more than six dimensions (while compiling: shapes are constants).
    #[must_use]
    pub const fn within(self, size: usize) -> Dims {
        self.outer(size, false)
    }

    /// From 1 to `size` values of these dimensions.
    ///
    /// # Panics
    ///
    /// As [`within`](Dims::within).
    #[must_use]
    pub const fn within_at_most(self, size: usize) -> Dims {
        self.outer(size, true)
    }

    const fn outer(self, size: usize, at_most: bool) -> Dims {
        assert!(self.rank < Dims::MAX_RANK, "a shape has at most 6 dimensions");
        let mut dims = Dims { rank: self.rank + 1, ..self };
        (dims.sizes[0], dims.at_most[0]) = (size, at_most);
        let mut i = 0;
        while i < self.rank {
            (dims.sizes[i + 1], dims.at_most[i + 1]) = (self.sizes[i], self.at_most[i]);
            i += 1;
        }
        dims
    }

    /// These dimensions, and those of what comes with it.
    ///
    /// # Panics
    ///
    /// When something else comes with it already: of three, the second and the third are a pair.
    #[must_use]
    pub const fn and(self, other: &'static Dims) -> Dims {
        assert!(self.and.is_none(), "the first of a pair is no pair itself");
        Dims { and: Some(other), ..self }
    }

    /// How many numbers there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        let mut count = 1;
        let mut i = 0;
        while i < self.rank {
            count *= self.sizes[i];
            i += 1;
        }
        match self.and {
            Some(other) => count + other.count(),
            None => count,
        }
    }

    /// The size of the innermost dimension.
    #[must_use]
    pub const fn row(&self) -> usize {
        if self.rank == 0 { 1 } else { self.sizes[self.rank - 1] }
    }

    /// Whether one of the two is lost, so that nothing is to be said of them.
    pub(crate) const fn either_lost(&self, other: &Dims) -> bool {
        self.lost || other.lost
    }

    /// Whether the two are equal.
    #[must_use]
    pub const fn same(&self, other: &Dims) -> bool {
        if self.either_lost(other) {
            return true;
        }
        let mut same = self.rank == other.rank && self.tokens == other.tokens;
        let mut i = 0;
        while same && i < self.rank {
            same = self.sizes[i] == other.sizes[i] && self.at_most[i] == other.at_most[i];
            i += 1;
        }
        match (self.and, other.and) {
            (Some(a), Some(b)) => same && a.same(b),
            (None, None) => same,
            _ => false,
        }
    }

    /// Whether the two are equal but for the size of the outermost dimension.
    pub(crate) const fn same_but_outermost(&self, other: &Dims) -> bool {
        let mut like = *other;
        (like.sizes[0], like.at_most[0]) = (self.sizes[0], self.at_most[0]);
        self.either_lost(other) || self.rank > 0 && self.same(&like)
    }

    /// Whether the outermost size is the most that there may be: that of a [`Padded`](crate::Padded) sequence.
    #[must_use]
    pub const fn is_at_most(&self) -> bool {
        self.at_most[0]
    }

    /// Whether there are sequences of up to a length within something else.
    #[cfg(feature = "onnx")]
    pub(crate) fn is_nested(&self) -> bool {
        self.at_most.iter().skip(1).any(|at_most| *at_most)
    }

    /// The two that come together, if these are two.
    #[cfg(feature = "onnx")]
    pub(crate) fn apart(&self) -> Option<[Dims; 2]> {
        Some([Dims { and: None, ..*self }, *self.and?])
    }

    /// Whether these are the sizes of tokens, not of numbers.
    #[must_use]
    pub const fn is_tokens(&self) -> bool {
        self.tokens
    }

    /// These dimensions as text.
    pub(crate) const fn text<const N: usize>(&self) -> Text<N> {
        let mut text = Text::new().str("[");
        let mut i = 0;
        while i < self.rank {
            text = text.str(if i > 0 { ", " } else { "" }).str(if self.at_most[i] { ".." } else { "" });
            text = text.digits(self.sizes[i] as u64);
            i += 1;
        }
        let text = text.str(if self.tokens { "] of tokens" } else { "]" });
        match self.and {
            Some(other) => text.str(" and ").str(other.text::<N>().as_str()),
            None => text,
        }
    }

    /// The sizes as a slice.
    pub const fn as_slice(&self) -> &[usize] {
        self.sizes.split_at(self.rank).0
    }
}

impl fmt::Display for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text::<160>().as_str())
    }
}

impl fmt::Debug for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether all numbers of all values are finite.
pub fn finite<S: Shape>(values: &[S]) -> bool {
    values.iter().all(S::is_finite)
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
