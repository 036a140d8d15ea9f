//! Text as tokens and back: what a network with an [`Embedding`](crate::Embedding) reads and writes.
//!
//! A [`Tokenizer`] cuts a text into pieces, characters or words ([`Unit`]), and gives each the number that it has in a
//! [`Vocabulary`]: one that is written in the program ([`FixedVocabulary`], no memory allocated), or one that is made of texts
//! or read from a file (`LearnedVocabulary`). Three numbers come before those of the vocabulary: [`UNKNOWN`], [`START`], [`END`].
//!
//! Files of the crate `tokenizers`, whose pieces are parts of words, are read by `Subwords` (feature `tokenizers`).

mod copying;
#[cfg(feature = "std")]
mod learned;
mod pieces;
#[cfg(feature = "tokenizers")]
mod subwords;
mod vocabulary;

use core::fmt::{self, Write};

pub use copying::Copying;
#[cfg(feature = "std")]
pub use learned::LearnedVocabulary;
pub use pieces::{JOINER, Joining, Piece, Pieces, Unit};
#[cfg(feature = "tokenizers")]
pub use subwords::{SubwordError, Subwords};
pub use vocabulary::{FixedVocabulary, Vocabulary};

use crate::shape::sequence::{LengthError, Padded, Token};

pub use crate::shape::sequence::{END, SPECIAL, START, UNKNOWN};

/// What cuts text into tokens, and puts tokens together to text.
///
/// ```
/// use congruent::sequence::{Padded, Token};
/// use congruent::tokenizer::{FixedVocabulary, Tokenizer, UNKNOWN};
///
/// static FRENCH: FixedVocabulary<4> = FixedVocabulary::new(["quatre", "vingt", "dix", "￭-￭"]);
/// let tokenizer = Tokenizer::words(&FRENCH);
///
/// let tokens: Padded<Token, 8> = tokenizer.encode("quatre-vingt-dix mille")?;
/// assert_eq!(tokens.steps(), [Token(3), Token(6), Token(4), Token(6), Token(5), UNKNOWN]);
/// # #[cfg(feature = "std")]
/// assert_eq!(tokenizer.decode(tokens.steps()), "quatre-vingt-dix <unk>");
/// # Ok::<(), congruent::sequence::LengthError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tokenizer<V> {
    unit: Unit,
    vocabulary: V,
}

impl<V> Tokenizer<V> {
    /// Of pieces of this unit.
    pub const fn new(unit: Unit, vocabulary: V) -> Self {
        Tokenizer { unit, vocabulary }
    }

    /// Of [words](Unit::Words).
    pub const fn words(vocabulary: V) -> Self {
        Self::new(Unit::Words, vocabulary)
    }

    /// Of [characters](Unit::Characters).
    pub const fn characters(vocabulary: V) -> Self {
        Self::new(Unit::Characters, vocabulary)
    }

    /// What the pieces are.
    pub const fn unit(&self) -> Unit {
        self.unit
    }

    /// The pieces that have tokens.
    pub const fn vocabulary(&self) -> &V {
        &self.vocabulary
    }
}

impl<V: Vocabulary> Tokenizer<V> {
    /// How many tokens there are: the pieces of the vocabulary and [`SPECIAL`] more. An embedding has a row for each.
    pub fn size(&self) -> usize {
        self.vocabulary.len() + SPECIAL
    }

    /// The token of a piece; [`UNKNOWN`] if the vocabulary does not have it.
    pub fn token(&self, piece: &Piece) -> Token {
        self.vocabulary.position(piece).map_or(UNKNOWN, |position| Token((position + SPECIAL) as u32))
    }

    /// The tokens of a text, one after the other.
    pub fn tokens<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Token> + 'a {
        self.unit.pieces(text).map(|piece| self.token(&piece))
    }

    /// The tokens of a text.
    ///
    /// # Errors
    ///
    /// When there are none, or more than `T`.
    pub fn encode<const T: usize>(&self, text: &str) -> Result<Padded<Token, T>, LengthError> {
        gather(self.tokens(text))
    }

    /// The input and the target of teacher forcing for a text: [`START`] and the text are the input, the text and [`END`] the
    /// target, one token later.
    ///
    /// # Errors
    ///
    /// When the text has `T` tokens or more.
    pub fn teacher_forced<const T: usize>(
        &self,
        text: &str,
    ) -> Result<(Padded<Token, T>, Padded<Token, T>), LengthError> {
        let input = gather([START].into_iter().chain(self.tokens(text)))?;
        let target = gather(self.tokens(text).chain([END]))?;
        Ok((input, target))
    }

    /// A token as it is written: a piece of the vocabulary, `<unk>`, `<s>`, `</s>`; `<unk>` too where there is no such token.
    pub fn written(&self, token: Token) -> &str {
        match token {
            START => "<s>",
            END => "</s>",
            Token(number) => {
                let position = (number as usize).checked_sub(SPECIAL);
                position.and_then(|position| self.vocabulary.piece(position)).unwrap_or("<unk>")
            }
        }
    }

    /// Writes tokens as text, up to the first [`END`].
    ///
    /// # Errors
    ///
    /// What `text` says.
    pub fn write(&self, tokens: &[Token], text: &mut dyn Write) -> fmt::Result {
        let mut joining = self.unit.joining(text);
        let tokens = tokens.iter().filter(|token| **token != START).take_while(|token| **token != END);
        for token in tokens {
            joining.push(&Piece::written(self.written(*token)))?;
        }
        Ok(())
    }

    /// The text of tokens, up to the first [`END`].
    #[cfg(feature = "std")]
    pub fn decode(&self, tokens: &[Token]) -> String {
        let mut text = String::new();
        // a `String` takes all that is written
        let _ = self.write(tokens, &mut text);
        text
    }
}

/// The tokens as a sequence.
fn gather<const T: usize>(tokens: impl Iterator<Item = Token>) -> Result<Padded<Token, T>, LengthError> {
    let mut buffer = [UNKNOWN; T];
    let mut length = 0;
    for token in tokens {
        if let Some(buffer) = buffer.get_mut(length) {
            *buffer = token;
        }
        length += 1;
    }
    Padded::first_of(buffer, length)
}

#[cfg(test)]
mod tests {
    use super::*;

    static LETTERS: FixedVocabulary<4> = FixedVocabulary::new([" ", "a", "b", "é"]);

    #[test]
    fn characters_become_tokens_and_text_again() {
        let tokenizer = Tokenizer::characters(&LETTERS);
        assert_eq!(tokenizer.size(), 7);
        let tokens: Padded<Token, 6> = tokenizer.encode("bé a?").unwrap();
        assert_eq!(tokens.steps(), [5, 6, 3, 4, 0].map(Token));
        let mut text = crate::memory::text::Text::<16>::new();
        tokenizer.write(tokens.steps(), &mut text).unwrap();
        assert_eq!(text.as_str(), "bé a<unk>");
    }

    #[test]
    fn a_lesson_is_one_token_apart() {
        let tokenizer = Tokenizer::characters(&LETTERS);
        let (input, target) = tokenizer.teacher_forced::<4>("ab").unwrap();
        assert_eq!(input.steps(), [START, Token(4), Token(5)]);
        assert_eq!(target.steps(), [Token(4), Token(5), END]);
        assert_eq!(tokenizer.teacher_forced::<4>("abab").unwrap_err(), LengthError::Long { steps: 5, capacity: 4 });
        assert_eq!(tokenizer.teacher_forced::<1>("").unwrap().1.steps(), [END]);
    }

    #[test]
    fn text_ends_where_it_should() {
        let tokenizer = Tokenizer::characters(&LETTERS);
        let mut text = crate::memory::text::Text::<16>::new();
        tokenizer.write(&[START, Token(4), END, Token(5)], &mut text).unwrap();
        assert_eq!(text.as_str(), "a");
        assert_eq!(
            [END, START, UNKNOWN, Token(99)].map(|token| tokenizer.written(token)),
            ["</s>", "<s>", "<unk>", "<unk>"]
        );
    }

    #[test]
    fn no_text_and_too_much_text_are_refused() {
        let tokenizer = Tokenizer::characters(&LETTERS);
        assert_eq!(tokenizer.encode::<2>(""), Err(LengthError::Empty));
        assert_eq!(tokenizer.encode::<2>("aba"), Err(LengthError::Long { steps: 3, capacity: 2 }));
    }
}
