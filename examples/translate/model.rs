//! The networks: an encoder that reads the source in both directions, and a decoder with attention.

use congruent::prelude::*;

network! {
    /// For number words: up to 48 words of each language, 12 in a source and 24 in a target.
    pub struct NumberTranslator {
        pub model: EncoderDecoder<
            [Embedding<48, 64>, Gru<64, 64, bidirectional = true>],
            AttentionDecoder<48, 64, 128, embedding = tied>,
            source = 12, target = 24,
        >,
    }
}

network! {
    /// For sentences: the 4096 most frequent words of each language, up to 40 in a sentence.
    pub struct SentenceTranslator {
        pub model: EncoderDecoder<
            [Embedding<4096, 64>, Gru<64, 64, bidirectional = true>],
            AttentionDecoder<4096, 64, 128, embedding = tied>,
            source = 40, target = 40,
        >,
    }
}
