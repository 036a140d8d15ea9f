// 1 error (32 | 64 | Embedding<48, 64>): layers of an encoder that do not fit, and a constant says so
use congruent::prelude::*;

const FEATURES: usize = 32;
network! {
    struct Translator {
        model: EncoderDecoder<
            [Embedding<48, 64>, Gru<FEATURES, 64>],
            AttentionDecoder<48, 64, 128>,
            source = 12, target = 24,
        >,
    }
}

fn main() {}
