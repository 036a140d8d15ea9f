// 1 error (Gru<64, 64> | [..12] of tokens): an encoder that takes numbers
use congruent::prelude::*;

network! {
    struct Translator {
        model: EncoderDecoder<
            [Gru<64, 64>],
            AttentionDecoder<48, 64, 128>,
            source = 12, target = 24,
        >,
    }
}

fn main() {}
