//! Shapes: what flows between layers is Rust's own nested arrays of `f32`.
//!
//! `[f32; 64]` is a vector, `[[f32; F]; T]` a sequence of `T` steps, `[[[f32; W]; H]; C]` an image of `C` channels. Sequences of up
//! to `T` steps, and sequences of words, are [`Padded<[f32; F], T>`](crate::Padded) and `[Token; T]` ([`Token`]).

pub mod sequence;
pub(crate) mod slices;

use crate::kernel;
use crate::memory::pair::Pair;
use crate::memory::plain::{Parameters, Plain};
use crate::sealed::Sealed;

pub use crate::memory::dims::Dims;
pub use sequence::{Padded, Sequence, Token};
pub(crate) use slices::{finite, first, first_mut};

/// What a layer takes or gives for one sample. The derivative of the loss by such a value has the same shape.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a shape",
    label = "a shape is an array of `f32`: `[f32; N]`, `[[f32; F]; T]`, `[[[f32; W]; H]; C]`"
)]
pub trait Shape: Plain + Copy + Sealed {
    /// The sizes, outermost first.
    const DIMS: Dims;

    /// Whether all numbers are finite.
    fn is_finite(&self) -> bool;

    /// Whether all numbers of all values are finite. `f32` does it for many at once.
    #[doc(hidden)]
    fn all_finite(values: &[Self]) -> bool {
        values.iter().all(Self::is_finite)
    }

    /// Shows all that it is made of, to be read and written.
    #[doc(hidden)]
    fn visit(&mut self, visitor: &mut dyn Visitor);
}

/// Looks at the parts of a [`Shape`], whatever it is made of. What it has no method for stays as it is.
#[doc(hidden)]
pub trait Visitor {
    /// A number.
    fn number(&mut self, _number: &mut f32) {}

    /// A token.
    fn token(&mut self, _token: &mut Token) {}

    /// The length of a sequence, from 1 to `capacity`; then its steps are shown.
    fn length(&mut self, _length: &mut usize, _capacity: usize) {}

    /// What the numbers behind the end of a sequence are set to, if they are.
    fn behind(&mut self) -> Option<f32> {
        None
    }
}

/// Sets each number.
struct Fill(f32);

impl Visitor for Fill {
    fn number(&mut self, number: &mut f32) {
        *number = self.0;
    }
}

/// A shape made of `f32`s alone.
pub trait Tensor: Shape + Parameters {
    /// The size of the innermost dimension, over which softmax and layer normalisation run.
    const ROW: usize;
}

impl Sealed for f32 {}

#[diagnostic::do_not_recommend]
impl Shape for f32 {
    const DIMS: Dims = Dims::SCALAR;

    fn is_finite(&self) -> bool {
        f32::is_finite(*self)
    }

    fn all_finite(values: &[f32]) -> bool {
        kernel::all_finite(values)
    }

    fn visit(&mut self, visitor: &mut dyn Visitor) {
        visitor.number(self);
    }
}

impl Tensor for f32 {
    const ROW: usize = 1;
}

impl<S, const N: usize> Sealed for [S; N] {}

#[diagnostic::do_not_recommend]
impl<S: Shape, const N: usize> Shape for [S; N] {
    const DIMS: Dims = S::DIMS.within(N);

    fn is_finite(&self) -> bool {
        S::all_finite(self)
    }

    fn visit(&mut self, visitor: &mut dyn Visitor) {
        self.iter_mut().for_each(|value| value.visit(visitor));
    }
}

impl<S: Tensor, const N: usize> Tensor for [S; N] {
    const ROW: usize = if S::DIMS.as_slice().is_empty() { N } else { S::ROW };
}

impl<A, B> Sealed for Pair<A, B> {}

/// Two values that come together.
#[diagnostic::do_not_recommend]
impl<A: Shape, B: Shape> Shape for Pair<A, B> {
    const DIMS: Dims = A::DIMS.and(&B::DIMS);

    fn is_finite(&self) -> bool {
        self.0.is_finite() && self.1.is_finite()
    }

    fn visit(&mut self, visitor: &mut dyn Visitor) {
        self.0.visit(visitor);
        self.1.visit(visitor);
    }
}

impl<A: Tensor, B: Tensor> Tensor for Pair<A, B> {
    const ROW: usize = B::ROW;
}
