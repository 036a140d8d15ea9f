//! The sizes of a shape as a constant value.

use core::fmt;

use super::text::Text;

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

    /// The unknown shape of a layer with a mistake that has been reported already.
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

    /// Whether numbers of the shape `other` can be multiplied with these: as many of the same shape, or one for each channel, which are the
    /// outermost dimension.
    pub(crate) const fn multiplies(&self, other: &Dims) -> bool {
        let one_each =
            self.rank > 0 && other.rank > 0 && self.sizes[0] == other.sizes[0] && other.count() == self.sizes[0];
        self.same(other) || one_each && !(other.tokens || other.at_most[0])
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

impl<const N: usize> Text<N> {
    /// With dimensions added, as `[1, 28, 28]`.
    pub const fn dims(self, dims: &Dims) -> Self {
        self.str(dims.text::<160>().as_str())
    }
}
