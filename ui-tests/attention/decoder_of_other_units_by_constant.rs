// 1 error (128 | 64 | Gru<64, 64>): a dot product of different sizes, and a constant says so
use congruent::prelude::*;

const UNITS: usize = 128;
network! {
    struct Translator {
        model: EncoderDecoder<
            [Embedding<48, 64>, Gru<64, 64>],
            AttentionDecoder<48, 64, UNITS, score = Dot>,
            source = 12, target = 24,
        >,
    }
}

fn main() {}
