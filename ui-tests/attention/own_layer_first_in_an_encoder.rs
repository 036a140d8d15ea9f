// 1 error (Scale<12> | 12 | tokens | Embedding<48, 64>): an encoder that begins with a layer of one's own for numbers
use congruent::prelude::*;
#[path = "../support/scale.rs"]
mod scale;
use scale::Scale;

network! {
    struct Translator {
        translate: EncoderDecoder<[Scale<12>, Gru<12, 64>], AttentionDecoder<48, 64, 128>, source = 12, target = 24>,
    }
}

fn main() {}
