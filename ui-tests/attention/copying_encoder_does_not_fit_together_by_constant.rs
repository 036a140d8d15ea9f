// 1 error (32 | 64 | Embedding<48, 64>): layers of an encoder before a decoder that copies do not fit, and a constant says so
use congruent::prelude::*;

const FEATURES: usize = 32;
network! {
    struct Summarizer {
        model: EncoderDecoder<
            [Embedding<48, 64>, Gru<FEATURES, 64>],
            CopyingDecoder<48, 64, 128>,
            source = 12, target = 24,
        >,
    }
}

fn main() {}
