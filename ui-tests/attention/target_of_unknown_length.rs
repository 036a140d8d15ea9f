// 1 error (model | target): nothing says how long a target may be
use congruent::prelude::*;

network! {
    struct Translator {
        model: EncoderDecoder<
            [Embedding<48, 64>, Gru<64, 64>],
            AttentionDecoder<48, 64, 128>,
            source = 12,
        >,
    }
}

fn main() {}
