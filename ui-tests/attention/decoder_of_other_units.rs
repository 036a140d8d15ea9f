// 1 error (128 | 64 | Gru<64, 64>): a dot product of a decoder and an encoder of different sizes
use congruent::prelude::*;

network! {
    struct Translator {
        model: EncoderDecoder<
            [Embedding<48, 64>, Gru<64, 64>],
            AttentionDecoder<48, 64, 128, score = Dot>,
            source = 12, target = 24,
        >,
    }
}

fn main() {}
