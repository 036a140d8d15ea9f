//! Parts of words, as the crate `tokenizers` cuts them: byte pairs, WordPiece, unigrams.

use std::path::Path;

use tokenizers::Tokenizer;

use super::{END, SPECIAL, START, UNKNOWN, gather};
use crate::data::DataError;
use crate::shape::sequence::{LengthError, Padded, Token};

/// What cuts text into parts of words, from a file `tokenizer.json` of Hugging Face's `tokenizers`.
///
/// Token `i` of the file is [`Token`] `i + SPECIAL` here, since [`UNKNOWN`], [`START`] and [`END`] come first, as with any
/// [`Tokenizer`](super::Tokenizer). The file's own special tokens are not added to a text; there may be one for the unknown, which then is
/// a token as any other.
#[derive(Clone, Debug)]
pub struct Subwords {
    file: Tokenizer,
}

/// A text that cannot be cut, or tokens that cannot be put together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubwordError {
    /// The text has too few or too many tokens.
    #[error(transparent)]
    Length(#[from] LengthError),
    /// What the crate `tokenizers` says.
    #[error("the tokenizer of the file fails: {0}")]
    File(String),
}

impl Subwords {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is no such file.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let file = path.as_ref().display().to_string();
        let bytes = std::fs::read(path).map_err(|cause| DataError::Io { file: file.clone(), cause })?;
        let tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| DataError::File {
            file,
            expected: "a `tokenizer.json` of the crate `tokenizers`".into(),
            found: error.to_string(),
        })?;
        Ok(Subwords { file: tokenizer })
    }

    /// How many tokens there are: those of the file and [`SPECIAL`] more. An embedding has a row for each.
    pub fn size(&self) -> usize {
        self.file.get_vocab_size(true) + SPECIAL
    }

    /// The tokens of a text.
    ///
    /// # Errors
    ///
    /// When there are none, or more than `T`.
    pub fn encode<const T: usize>(&self, text: &str) -> Result<Padded<Token, T>, SubwordError> {
        Ok(gather(self.tokens(text)?.into_iter())?)
    }

    /// The input and the target of teacher forcing for a text, as [`Tokenizer::teacher_forced`](super::Tokenizer::teacher_forced).
    ///
    /// # Errors
    ///
    /// When the text has `T` tokens or more.
    #[allow(clippy::type_complexity)] // the input and the target
    pub fn teacher_forced<const T: usize>(
        &self,
        text: &str,
    ) -> Result<(Padded<Token, T>, Padded<Token, T>), SubwordError> {
        let tokens = self.tokens(text)?;
        let input = gather([START].into_iter().chain(tokens.iter().copied()))?;
        let target = gather(tokens.into_iter().chain([END]))?;
        Ok((input, target))
    }

    fn tokens(&self, text: &str) -> Result<Vec<Token>, SubwordError> {
        let encoding = self.file.encode_fast(text, false).map_err(|error| SubwordError::File(error.to_string()))?;
        Ok(encoding.get_ids().iter().map(|id| Token(id + SPECIAL as u32)).collect())
    }

    /// The text of tokens, up to the first [`END`].
    ///
    /// # Errors
    ///
    /// What the tokenizer of the file says.
    pub fn decode(&self, tokens: &[Token]) -> Result<String, SubwordError> {
        let text = tokens.iter().take_while(|token| **token != END);
        let ids: Vec<u32> = text.filter_map(|token| token.0.checked_sub(SPECIAL as u32)).collect();
        self.file.decode(&ids, false).map_err(|error| SubwordError::File(error.to_string()))
    }

    /// A token as it is written in the file, or as [`Tokenizer::written`](super::Tokenizer::written) has it.
    pub fn written(&self, token: Token) -> String {
        match token {
            UNKNOWN => "<unk>".into(),
            START => "<s>".into(),
            END => "</s>".into(),
            Token(number) => self.file.id_to_token(number - SPECIAL as u32).unwrap_or_else(|| "<unk>".into()),
        }
    }
}
