//! Sequences: arrays of steps, all of them there ([`[S; T]`](array)) or only the first few ([`Padded`]), and the [`Token`]s
//! that words and characters are.
//!
//! A layer over sequences is written once, over the trait [`Sequence`]: it reads the steps that are there, and gives as many.
//! So the length of a sequence travels with it from layer to layer, and what lies behind its end can change nothing.

use core::fmt;

use crate::memory::plain::Plain;
use crate::sealed::Sealed;
use crate::shape::{Dims, Fill, Shape, Tensor, Visitor};

/// One of a vocabulary's entries, by its number from 0: a character, a word, a part of a word.
///
/// `Embedding` turns it into a vector. No derivative can be taken by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Token(pub u32);

impl Token {
    /// Its number, as a position in a table.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Stands for a piece that is not in the vocabulary.
pub const UNKNOWN: Token = Token(0);
/// Comes before the first token of what a decoder writes.
pub const START: Token = Token(1);
/// Comes after the last token of what a decoder writes.
pub const END: Token = Token(2);
/// How many tokens come before those of the vocabulary.
pub const SPECIAL: usize = 3;

impl From<u32> for Token {
    fn from(number: u32) -> Token {
        Token(number)
    }
}

impl Sealed for Token {}

#[diagnostic::do_not_recommend]
impl Shape for Token {
    const DIMS: Dims = Dims::TOKEN;

    fn is_finite(&self) -> bool {
        true
    }

    fn visit(&mut self, visitor: &mut dyn Visitor) {
        visitor.token(self);
    }
}

/// A sequence of 1 to `T` steps, in memory for `T`.
///
/// What lies behind its end is never looked at: it changes no result and no gradient.
///
/// ```
/// use congruent::sequence::{LengthError, Padded};
///
/// let sequence = Padded::<[f32; 2], 4>::new(&[[0.5, 1.0], [1.5, 2.0], [2.5, 3.0]])?;
/// assert_eq!(sequence.steps(), [[0.5, 1.0], [1.5, 2.0], [2.5, 3.0]]);
/// assert_eq!(Padded::<f32, 4>::new(&[0.0; 5]), Err(LengthError::Long { steps: 5, capacity: 4 }));
/// # Ok::<(), LengthError>(())
/// ```
#[derive(Clone, Copy, Plain)]
#[parameters(crate = crate)]
#[repr(C)]
pub struct Padded<S, const T: usize> {
    buffer: [S; T],
    length: u32, // any bits: `length()` brings them into range
}

impl<S: Plain + Copy, const T: usize> Padded<S, T> {
    /// The sequence of these steps, with zeros behind them; as [`TryFrom`] has it.
    ///
    /// # Errors
    ///
    /// When there are none, or more than `T`.
    pub fn new(steps: &[S]) -> Result<Self, LengthError> {
        let mut buffer = [crate::memory::plain::zeroed(); T];
        buffer.iter_mut().zip(steps).for_each(|(buffer, step)| *buffer = *step);
        Padded::first_of(buffer, steps.len())
    }

    /// Makes this the sequence of these steps, in place, with zeros behind them: for sequences that are larger than the stack.
    ///
    /// # Errors
    ///
    /// When there are none, or more than `T`; the sequence is then as before.
    pub fn set(&mut self, steps: &[S]) -> Result<(), LengthError> {
        check_length(steps.len(), T)?;
        let Some((present, behind)) = self.buffer.split_at_mut_checked(steps.len()) else { return Ok(()) };
        present.iter_mut().zip(steps).for_each(|(to, step)| *to = *step);
        behind.fill(crate::memory::plain::zeroed());
        self.length = steps.len() as u32;
        Ok(())
    }

    /// The first `length` of these steps.
    ///
    /// # Errors
    ///
    /// When `length` is 0 or more than `T`.
    pub const fn first_of(steps: [S; T], length: usize) -> Result<Self, LengthError> {
        match check_length(length, T) {
            Ok(()) => Ok(Padded { buffer: steps, length: length as u32 }),
            Err(error) => Err(error),
        }
    }

    /// How many steps there are: from 1 to `T`.
    #[must_use]
    pub const fn length(&self) -> usize {
        const { assert!(T > 0 && T <= u32::MAX as usize, "a sequence has room for 1 step or more") };
        match self.length as usize {
            0 => 1,
            length if length > T => T,
            length => length,
        }
    }

    /// The steps that there are.
    #[must_use]
    pub const fn steps(&self) -> &[S] {
        self.buffer.split_at(self.length()).0
    }

    /// The steps that there are, to be changed.
    pub const fn steps_mut(&mut self) -> &mut [S] {
        let length = self.length();
        self.buffer.split_at_mut(length).0
    }
}

impl<S: Plain + Copy, const T: usize> TryFrom<&[S]> for Padded<S, T> {
    type Error = LengthError;

    /// As [`Padded::new`].
    fn try_from(steps: &[S]) -> Result<Self, LengthError> {
        Padded::new(steps)
    }
}

impl<S: Plain + Copy, const T: usize> From<[S; T]> for Padded<S, T> {
    /// The sequence of all these steps.
    fn from(steps: [S; T]) -> Self {
        Padded { buffer: steps, length: T as u32 }
    }
}

impl<S: Plain + Copy + PartialEq, const T: usize> PartialEq for Padded<S, T> {
    fn eq(&self, other: &Self) -> bool {
        self.steps() == other.steps()
    }
}

impl<S: Plain + Copy + fmt::Debug, const T: usize> fmt::Debug for Padded<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps().fmt(f)
    }
}

/// A number of steps for which a [`Padded`] sequence has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LengthError {
    /// No steps.
    #[error("a sequence of no steps; at least 1 is expected")]
    Empty,
    /// More steps than there is room for.
    #[error("a sequence of {steps} steps, where there is room for {capacity}")]
    Long {
        /// how many steps there are
        steps: usize,
        /// the `T` of the sequence
        capacity: usize,
    },
}

const fn check_length(steps: usize, capacity: usize) -> Result<(), LengthError> {
    match steps {
        0 => Err(LengthError::Empty),
        _ if steps > capacity => Err(LengthError::Long { steps, capacity }),
        _ => Ok(()),
    }
}

impl<S, const T: usize> Sealed for Padded<S, T> {}

#[diagnostic::do_not_recommend]
impl<S: Shape, const T: usize> Shape for Padded<S, T> {
    const DIMS: Dims = S::DIMS.within_at_most(T);

    fn is_finite(&self) -> bool {
        self.steps().iter().all(S::is_finite)
    }

    fn visit(&mut self, visitor: &mut dyn Visitor) {
        let mut length = self.length();
        visitor.length(&mut length, T);
        self.length = length as u32;
        let length = self.length();
        let (steps, behind) = self.buffer.split_at_mut(length);
        steps.iter_mut().for_each(|step| step.visit(visitor));
        if let Some(number) = visitor.behind() {
            behind.iter_mut().for_each(|step| step.visit(&mut Fill(number)));
        }
    }
}

/// A shape that is a sequence of steps: `[S; T]` or [`Padded<S, T>`](Padded).
///
/// Behind the end of a sequence, layers set outputs and derivatives to zero, and never read what is there. A gradient is as long as
/// the sequence that it is of; its own length says nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a sequence",
    label = "a sequence is an array of steps, `[[f32; F]; T]`, or `Padded<[f32; F], T>`"
)]
pub trait Sequence: Shape {
    /// What there is at each step.
    type Step: Shape;
    /// Such a sequence of other steps: what a layer gives that maps each step to a `U`.
    type With<U: Shape>: Sequence<Step = U>;

    /// Room for a `U` at each step: `[U; T]`.
    #[doc(hidden)]
    type Buffer<U: Plain>: Plain;
    /// Room for `N` numbers at each step, all of it `f32`s: `[[f32; N]; T]`.
    #[doc(hidden)]
    type Rows<const N: usize>: Tensor;

    /// For how many steps there is room.
    const STEPS: usize;

    /// How many steps there are: from 1 to [`STEPS`](Sequence::STEPS).
    fn length(&self) -> usize;

    /// The steps that there are.
    fn steps(&self) -> &[Self::Step];

    /// The steps that there are, to be changed.
    fn steps_mut(&mut self) -> &mut [Self::Step];

    /// Makes this a sequence of `length` steps, clears what lies behind, and shows the steps, to be written. (An array has always all
    /// its steps; a layer gives a sequence as long as that which it takes.)
    #[doc(hidden)]
    fn begin(&mut self, length: usize) -> &mut [Self::Step];

    /// Each step that there is room for: of a gradient, which does not say its length.
    #[doc(hidden)]
    fn buffer(&self) -> &[Self::Step];

    /// Each step that there is room for, to write.
    #[doc(hidden)]
    fn buffer_mut(&mut self) -> &mut [Self::Step];

    /// The numbers at each step, to write.
    #[doc(hidden)]
    fn rows_mut<const N: usize>(rows: &mut Self::Rows<N>) -> &mut [[f32; N]];

    /// What there is room for in several rooms, one after the other.
    #[doc(hidden)]
    fn all<U: Plain>(buffers: &[Self::Buffer<U>]) -> &[U];

    /// As [`all`](Sequence::all), to write.
    #[doc(hidden)]
    fn all_mut<U: Plain>(buffers: &mut [Self::Buffer<U>]) -> &mut [U];
}

#[diagnostic::do_not_recommend]
impl<S: Shape, const T: usize> Sequence for [S; T] {
    type Step = S;
    type With<U: Shape> = [U; T];
    type Buffer<U: Plain> = [U; T];
    type Rows<const N: usize> = [[f32; N]; T];

    const STEPS: usize = T;

    fn length(&self) -> usize {
        T
    }

    fn steps(&self) -> &[S] {
        self
    }

    fn steps_mut(&mut self) -> &mut [S] {
        self
    }

    fn begin(&mut self, _length: usize) -> &mut [S] {
        self
    }

    fn buffer(&self) -> &[S] {
        self
    }

    fn buffer_mut(&mut self) -> &mut [S] {
        self
    }

    fn rows_mut<const N: usize>(rows: &mut [[f32; N]; T]) -> &mut [[f32; N]] {
        rows
    }

    fn all<U: Plain>(buffers: &[[U; T]]) -> &[U] {
        buffers.as_flattened()
    }

    fn all_mut<U: Plain>(buffers: &mut [[U; T]]) -> &mut [U] {
        buffers.as_flattened_mut()
    }
}

#[diagnostic::do_not_recommend]
impl<S: Shape, const T: usize> Sequence for Padded<S, T> {
    type Step = S;
    type With<U: Shape> = Padded<U, T>;
    type Buffer<U: Plain> = [U; T];
    type Rows<const N: usize> = [[f32; N]; T];

    const STEPS: usize = T;

    fn length(&self) -> usize {
        Padded::length(self)
    }

    fn steps(&self) -> &[S] {
        Padded::steps(self)
    }

    fn steps_mut(&mut self) -> &mut [S] {
        Padded::steps_mut(self)
    }

    fn begin(&mut self, length: usize) -> &mut [S] {
        self.length = length as u32;
        let length = Padded::length(self);
        let (steps, behind) = self.buffer.split_at_mut(length);
        behind.iter_mut().for_each(crate::memory::plain::clear);
        steps
    }

    fn buffer(&self) -> &[S] {
        &self.buffer
    }

    fn buffer_mut(&mut self) -> &mut [S] {
        &mut self.buffer
    }

    fn rows_mut<const N: usize>(rows: &mut [[f32; N]; T]) -> &mut [[f32; N]] {
        rows
    }

    fn all<U: Plain>(buffers: &[[U; T]]) -> &[U] {
        buffers.as_flattened()
    }

    fn all_mut<U: Plain>(buffers: &mut [[U; T]]) -> &mut [U] {
        buffers.as_flattened_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::pair::Pair;
    use crate::memory::plain::{cast, zeroed};

    #[test]
    fn lengths_out_of_range_are_refused() {
        assert_eq!(Padded::<f32, 3>::new(&[]), Err(LengthError::Empty));
        assert_eq!(Padded::<f32, 3>::new(&[1.0; 4]), Err(LengthError::Long { steps: 4, capacity: 3 }));
        assert_eq!(Padded::first_of([1.0; 3], 4), Err(LengthError::Long { steps: 4, capacity: 3 }));
        for length in 1..=3 {
            assert_eq!(Padded::first_of([1.0; 3], length).unwrap().steps(), &[1.0; 3][..length]);
        }
    }

    #[test]
    fn any_bits_are_a_sequence() {
        for (bits, length) in [(0, 1), (1, 1), (3, 3), (4, 3), (u32::MAX, 3)] {
            let memory = [[5, 6, 7, bits]];
            let [sequence] = cast::<[u32; 4], Padded<Token, 3>>(&memory) else { unreachable!() };
            assert_eq!(sequence.length(), length);
            assert_eq!(sequence.steps(), &[5, 6, 7].map(Token)[..length]);
        }
    }

    #[test]
    fn what_is_behind_the_end_does_not_count() {
        let a = Padded::first_of([1.0, 2.0, f32::NAN], 2).unwrap();
        assert_eq!(a, Padded::new(&[1.0, 2.0]).unwrap());
        assert_ne!(a, Padded::new(&[1.0, 2.0, 3.0]).unwrap());
        assert!(a.is_finite());
        assert!(!Padded::from([1.0, 2.0, f32::NAN]).is_finite());
    }

    #[test]
    fn to_begin_clears_what_is_behind() {
        let mut sequence = Padded::from([1.0, 2.0, 3.0, 4.0]);
        sequence.begin(2).fill(9.0);
        assert_eq!((sequence.length, sequence.buffer), (2, [9.0, 9.0, 0.0, 0.0]));
        sequence.begin(9).fill(8.0);
        assert_eq!((sequence.length(), sequence.buffer), (4, [8.0; 4]));
        let mut array: [f32; 3] = zeroed();
        array.begin(1).fill(7.0);
        assert_eq!(array, [7.0; 3]);
    }

    #[test]
    fn dimensions_tell_what_may_be_shorter_and_what_is_a_token() {
        let shown = |dims: Dims| std::format!("{dims}");
        assert_eq!(shown(<[[f32; 8]; 12]>::DIMS), "[12, 8]");
        assert_eq!(shown(Padded::<[f32; 8], 12>::DIMS), "[..12, 8]");
        assert_eq!(shown(<[Token; 12]>::DIMS), "[12] of tokens");
        assert_eq!(shown(Padded::<Token, 12>::DIMS), "[..12] of tokens");
        assert!(Padded::<f32, 3>::DIMS.same(&Padded::<f32, 3>::DIMS));
        assert!(!Padded::<f32, 3>::DIMS.same(&<[f32; 3]>::DIMS));
        assert!(!<[Token; 3]>::DIMS.same(&<[f32; 3]>::DIMS));
        type Two = Pair<Padded<Token, 9>, [[f32; 3]; 4]>;
        assert_eq!((shown(Two::DIMS), Two::DIMS.count()), ("[..9] of tokens and [4, 3]".into(), 21));
        assert!(Two::DIMS.same(&Two::DIMS) && !Two::DIMS.same(&Padded::<Token, 9>::DIMS));
        assert!(!Two::DIMS.same(&<Pair<Padded<Token, 9>, [[f32; 4]; 4]>>::DIMS));
    }
}
