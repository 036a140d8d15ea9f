// 1 error (Luong | Dot | Bilinear | Additive): a score that there is not
use congruent::prelude::*;

network! {
    struct Translator {
        model: EncoderDecoder<
            [Embedding<48, 64>, Gru<64, 64>],
            AttentionDecoder<48, 64, 128, score = Luong>,
            source = 12, target = 24,
        >,
    }
}

fn main() {}
