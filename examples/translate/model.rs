//! The networks: an encoder that reads the source in both directions, and a decoder with attention.

use congruent::layers::{AttentionDecoder, Beam, Bilinear, EncoderDecoder, GruCell, Tied};
use congruent::{Bidirectional, Chain, Embedding, Gru, prelude::*};

/// Reads up to `S` of `WORDS` words.
pub type Encoder<const WORDS: usize, const S: usize> =
    Chain<Embedding<WORDS, 64, Padded<Token, S>>, Bidirectional<Gru<64, 64, Padded<[f32; 64], S>>, 128>>;

/// Says up to `T` of `WORDS` words, the end among them.
pub type Decoder<const WORDS: usize, const S: usize, const T: usize> = AttentionDecoder<
    WORDS,
    64,
    GruCell,
    128,
    128,
    Bilinear<128, 128>,
    Tied<WORDS>,
    Padded<Token, S>,
    Padded<[f32; 128], S>,
    Padded<Token, T>,
>;

/// From up to `S` words to up to `T`.
pub type Model<const WORDS: usize, const S: usize, const T: usize> =
    EncoderDecoder<Encoder<WORDS, S>, Decoder<WORDS, S, T>>;

/// What the search for the most probable translation borrows.
pub type Search<const WORDS: usize, const S: usize, const T: usize> = Beam<Encoder<WORDS, S>, Decoder<WORDS, S, T>, 4>;

network! {
    /// For number words.
    pub struct NumberTranslator { model: crate::model::Model<48, 12, 24> }
}

network! {
    /// For sentences.
    pub struct SentenceTranslator { model: crate::model::Model<4096, 40, 40> }
}

impl AsRef<Model<48, 12, 24>> for NumberTranslator {
    fn as_ref(&self) -> &Model<48, 12, 24> {
        &self.model
    }
}

impl AsRef<Model<4096, 40, 40>> for SentenceTranslator {
    fn as_ref(&self) -> &Model<4096, 40, 40> {
        &self.model
    }
}
