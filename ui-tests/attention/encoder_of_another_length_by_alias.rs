// 1 error (Words | 10 | 12 | tokens): an encoder that takes, under another name, fewer words than the source has
use congruent::prelude::*;

type Words = congruent::Embedding<48, 64, Padded<Token, 10>>;
network! {
    struct Translator {
        translate: EncoderDecoder<[Words, Gru<64, 64>], AttentionDecoder<48, 64, 128>, source = 12, target = 24>,
    }
}

fn main() {}
