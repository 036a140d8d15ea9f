// 1 error (TimeDistributed<Scale<60>> | 60 | 64): an encoder with a layer of one's own at each step that takes another size
use congruent::prelude::*;
#[path = "../support/scale.rs"]
mod scale;
use scale::Scale;

network! {
    struct Translator {
        translate: EncoderDecoder<[Embedding<48, 64>, TimeDistributed<Scale<60>>], AttentionDecoder<48, 64, 128>, source = 12, target = 24>,
    }
}

fn main() {}
