// 1 error (AttentionDecoder | Gru<64, 64, return = last> | [64]): an encoder that gives its last step alone
use congruent::prelude::*;

network! {
    struct Translator {
        model: EncoderDecoder<
            [Embedding<48, 64>, Gru<64, 64, return = last>],
            AttentionDecoder<48, 64, 128>,
            source = 12, target = 24,
        >,
    }
}

fn main() {}
