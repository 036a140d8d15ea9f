// 1 error (brackets | [Embedding<48, 64>, Gru<64, 64>]): the layers of an encoder without brackets
use congruent::prelude::*;

network! {
    struct Translator {
        model: EncoderDecoder<Embedding<48, 64>, Gru<64, 64>, AttentionDecoder<48, 64, 128>, source = 12, target = 24>,
    }
}

fn main() {}
