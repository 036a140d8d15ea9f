// 1 error (model): a mapping before an encoder and a decoder
use congruent::prelude::*;

network! {
    struct Translator: [..12] -> [..24, 48] {
        model: EncoderDecoder<
            [Embedding<48, 64>, Gru<64, 64>], AttentionDecoder<48, 64, 128>, source = 12, target = 24,
        >,
    }
}

fn main() {}
