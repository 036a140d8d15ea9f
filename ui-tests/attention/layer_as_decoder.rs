// 1 error (Gru<64, 64>): a layer for a decoder
use congruent::prelude::*;

network! {
    struct Translator {
        model: EncoderDecoder<
            [Embedding<48, 64>, Gru<64, 64>],
            Gru<64, 64>,
            source = 12, target = 24,
        >,
    }
}

fn main() {}
