//! Checks that `network!` leaves to the compiler, because a size is a constant or a layer is not built in.
//!
//! A check is a constant assertion in the code of a network, under the span of what is to blame. What must hold, and the sentence if it does
//! not, come from the macro, which has them once: see `macros/src/sentence.rs`.

use crate::memory::text::Text;
use crate::shape::{Dims, Shape};

/// A sentence of a failed check.
type Sentence = Text<1024>;

/// A part of a sentence.
#[derive(Debug, Clone, Copy)]
pub enum Piece<'a> {
    /// A part of the sentence as it stands.
    Text(&'a str),
    /// A number, in decimal.
    Number(usize),
    /// A number and what is counted, in the plural unless it is one.
    Counted(usize, &'a str),
    /// A shape, `[1, 28, 28]`.
    Shape(&'a Dims),
    /// A number with a fraction.
    Fraction(f32),
    /// The first sentence if that holds, else the second.
    Either(bool, &'a [Piece<'a>], &'a [Piece<'a>]),
}

/// Fails, while compiling, unless `holds`.
///
/// # Panics
///
/// With the sentence.
#[track_caller]
pub const fn check(holds: bool, sentence: &[Piece]) {
    if !holds {
        panic!("{}", with(Sentence::new(), sentence).as_str());
    }
}

/// The text and then a sentence.
const fn with(mut text: Sentence, sentence: &[Piece]) -> Sentence {
    let mut i = 0;
    while i < sentence.len() {
        text = match sentence[i] {
            Piece::Text(words) => text.str(words),
            Piece::Number(number) => text.digits(number as u64),
            Piece::Counted(number, what) => text.digits(number as u64).str(" ").str(what).str(plural(number)),
            Piece::Shape(dims) => text.dims(dims),
            Piece::Fraction(number) => text.thousandths(number),
            Piece::Either(true, sentence, _) | Piece::Either(false, _, sentence) => with(text, sentence),
        };
        i += 1;
    }
    text
}

const fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}

/// A size that is a constant, as the type `[(); SIZE]`: so that it stands in one place, where rustc reports what is wrong with it.
pub trait Constant {
    /// The size.
    const SIZE: usize;
}

impl<const SIZE: usize> Constant for [(); SIZE] {
    const SIZE: usize = SIZE;
}

/// Whether two shapes have the same sizes and the same kind of numbers, or one of them is the unknown one of a layer with a mistake.
#[must_use]
pub const fn same<A: Shape, B: Shape>() -> bool {
    (size_of::<A>() == size_of::<B>() || A::DIMS.either_lost(&B::DIMS)) && A::DIMS.same(&B::DIMS)
}

/// The same but for the number of channels.
#[must_use]
pub const fn same_but_outermost<A: Shape, B: Shape>() -> bool {
    A::DIMS.same_but_outermost(&B::DIMS)
}

/// Whether numbers of the second shape can be multiplied with the first: as many, or one for each channel.
#[must_use]
pub const fn multiplies<A: Shape, B: Shape>() -> bool {
    A::DIMS.multiplies(&B::DIMS)
}

const fn is_vector_of_numbers(dims: &Dims) -> bool {
    dims.as_slice().len() == 1 && !dims.is_tokens() && !dims.is_at_most()
}

/// Whether both are vectors.
#[must_use]
pub const fn vectors<A: Shape, B: Shape>() -> bool {
    is_vector_of_numbers(&A::DIMS) && is_vector_of_numbers(&B::DIMS)
}

/// Whether the first is of tokens and the second of numbers.
#[must_use]
pub const fn tokens_for_numbers<A: Shape, B: Shape>() -> bool {
    A::DIMS.is_tokens() && !B::DIMS.is_tokens()
}

/// Whether the second is a vector.
#[must_use]
pub const fn wants_vector<A: Shape, B: Shape>() -> bool {
    is_vector_of_numbers(&B::DIMS)
}

/// Whether the shape is a vector, or not known because of a mistake.
#[must_use]
pub const fn is_vector<S: Shape>() -> bool {
    S::DIMS.either_lost(&S::DIMS) || is_vector_of_numbers(&S::DIMS)
}

/// Whether the shape is a sequence of up to a number of steps.
#[must_use]
pub const fn has_any_length<S: Shape>() -> bool {
    S::DIMS.is_at_most()
}

/// Whether it may be a sequence of a fixed number of steps.
#[must_use]
pub const fn is_sequence<S: Shape>() -> bool {
    S::DIMS.as_slice().len() == 2
}

/// The size of a vector; 0 where the shape is none.
#[must_use]
pub const fn vector_size<S: Shape>() -> usize {
    if is_vector_of_numbers(&S::DIMS) { S::DIMS.row() } else { 0 }
}

/// The size of a row; 0 where nothing is known.
#[must_use]
pub const fn row_size<S: Shape>() -> usize {
    if S::DIMS.either_lost(&S::DIMS) { 0 } else { S::DIMS.row() }
}

/// How many numbers there are; 0 where nothing is known.
#[must_use]
pub const fn count<S: Shape>() -> usize {
    if S::DIMS.either_lost(&S::DIMS) { 0 } else { S::DIMS.count() }
}

/// Whether the shape has so many dimensions.
#[must_use]
pub const fn has_rank<S: Shape>(rank: usize) -> bool {
    S::DIMS.either_lost(&S::DIMS) || S::DIMS.as_slice().len() == rank
}

/// The size of a dimension of a shape that has `rank` of them; 0 where it has not.
#[must_use]
pub const fn size_of_dimension<S: Shape>(rank: usize, dimension: usize) -> usize {
    let sizes = S::DIMS.as_slice();
    if sizes.len() == rank { sizes[dimension] } else { 0 }
}

/// Whether the shape is a sequence of rows, at whose steps a decoder can look.
#[must_use]
pub const fn has_steps<S: Shape>() -> bool {
    S::DIMS.either_lost(&S::DIMS) || S::DIMS.as_slice().len() == 2 && !S::DIMS.is_tokens()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_put_together() {
        let other = [Piece::Text(" and "), Piece::Shape(&<[[f32; 3]; 2] as Shape>::DIMS)];
        let sentence = [Piece::Counted(1, "input"), Piece::Either(false, &[], &other), Piece::Counted(20, " head")];
        assert_eq!(with(Sentence::new(), &sentence).as_str(), "1 input and [2, 3]20  heads");
        assert_eq!(with(Sentence::new(), &[Piece::Number(7), Piece::Fraction(0.5)]).as_str(), "70.5");
    }
}
