//! Tokens for a decoder that copies words of the source.

use core::fmt::{self, Write};

use super::{END, Piece, START, Tokenizer, UNKNOWN, Vocabulary, gather};
use crate::shape::sequence::{LengthError, Padded, Token};

/// As a [`Tokenizer`], with a token also for each piece that is not in the vocabulary but in the source: `words + j`, where `j` is its first
/// place there. So a [`CopyingDecoder`](crate::layers::CopyingDecoder) of so many words can say it.
///
/// ```
/// use congruent::sequence::{Padded, Token};
/// use congruent::tokenizer::{FixedVocabulary, Tokenizer};
///
/// static WORDS: FixedVocabulary<3> = FixedVocabulary::new(["beat", "lost", "to"]);
/// let tokenizer = Tokenizer::words(&WORDS);
/// let copying = tokenizer.copying(10); // a decoder of ten words, of which there are six
///
/// let source: Padded<Token, 5> = copying.encode("Ulm lost to Bonn")?;
/// assert_eq!(source.steps(), [10, 4, 5, 13].map(Token));
/// # #[cfg(feature = "std")]
/// assert_eq!(copying.decode("Ulm lost to Bonn", &[13, 3, 10].map(Token)), "Bonn beat Ulm");
/// # Ok::<(), congruent::sequence::LengthError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Copying<'a, V> {
    tokenizer: &'a Tokenizer<V>,
    words: usize,
}

impl<V: Vocabulary> Tokenizer<V> {
    /// Tokens for a decoder of so many `words`, at least as many as there are tokens here, that copies.
    pub fn copying(&self, words: usize) -> Copying<'_, V> {
        Copying { tokenizer: self, words: words.max(self.size()) }
    }
}

impl<V: Vocabulary> Copying<'_, V> {
    /// The token of a piece: from the vocabulary, or by its first place in the source; [`UNKNOWN`] if it is in neither.
    fn token(&self, source: &str, piece: &Piece) -> Token {
        match self.tokenizer.token(piece) {
            UNKNOWN => {
                let place = self.tokenizer.unit.pieces(source).position(|other| other == *piece);
                place.map_or(UNKNOWN, |place| Token((self.words + place) as u32))
            }
            token => token,
        }
    }

    fn tokens<'b>(&'b self, source: &'b str, text: &'b str) -> impl Iterator<Item = Token> + 'b {
        self.tokenizer.unit.pieces(text).map(move |piece| self.token(source, &piece))
    }

    /// The tokens of a source.
    ///
    /// # Errors
    ///
    /// When there are none, or more than `S`.
    pub fn encode<const S: usize>(&self, source: &str) -> Result<Padded<Token, S>, LengthError> {
        gather(self.tokens(source, source))
    }

    /// The input and the target of teacher forcing for a text, as [`Tokenizer::teacher_forced`].
    ///
    /// # Errors
    ///
    /// When the text has `T` tokens or more.
    pub fn teacher_forced<const T: usize>(
        &self,
        source: &str,
        text: &str,
    ) -> Result<(Padded<Token, T>, Padded<Token, T>), LengthError> {
        let input = gather([START].into_iter().chain(self.tokens(source, text)))?;
        let target = gather(self.tokens(source, text).chain([END]))?;
        Ok((input, target))
    }

    /// Writes tokens as text, up to the first [`END`].
    ///
    /// # Errors
    ///
    /// What `text` says.
    pub fn write(&self, source: &str, tokens: &[Token], text: &mut dyn Write) -> fmt::Result {
        let mut joining = self.tokenizer.unit.joining(text);
        let tokens = tokens.iter().filter(|token| **token != START).take_while(|token| **token != END);
        for token in tokens {
            let place = token.index().checked_sub(self.words);
            let copied = place.and_then(|place| self.tokenizer.unit.pieces(source).nth(place));
            joining.push(&copied.unwrap_or_else(|| Piece::written(self.tokenizer.written(*token))))?;
        }
        Ok(())
    }

    /// The text of tokens, up to the first [`END`].
    #[cfg(feature = "std")]
    pub fn decode(&self, source: &str, tokens: &[Token]) -> String {
        let mut text = String::new();
        // a `String` takes all that is written
        let _ = self.write(source, tokens, &mut text);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tokenizer::FixedVocabulary;

    static WORDS: FixedVocabulary<3> = FixedVocabulary::new(["a", "b", "￭."]);

    #[test]
    fn a_word_twice_has_the_token_of_its_first_place() {
        let tokenizer = Tokenizer::words(&WORDS);
        let copying = tokenizer.copying(6);
        let source = "x a y x. y z";
        let tokens: Padded<Token, 7> = copying.encode(source).unwrap();
        assert_eq!(tokens.steps(), [6, 3, 8, 6, 5, 8, 12].map(Token));
        let (input, target) = copying.teacher_forced::<6>(source, "y b x. q").unwrap();
        assert_eq!(input.steps(), [START, Token(8), Token(4), Token(6), Token(5), UNKNOWN]);
        assert_eq!(target.steps(), [Token(8), Token(4), Token(6), Token(5), UNKNOWN, END]);
        let mut text = crate::memory::text::Text::<32>::new();
        copying.write(source, target.steps(), &mut text).unwrap();
        assert_eq!(text.as_str(), "y b x. <unk>");
    }

    #[test]
    fn there_are_at_least_as_many_words_as_tokens() {
        let tokenizer = Tokenizer::words(&WORDS);
        let tokens: Padded<Token, 1> = tokenizer.copying(2).encode("x").unwrap();
        assert_eq!(tokens.steps(), [Token(6)]);
    }
}
