// 1 error (Last | 12 | 64 | TimeDistributed): an encoder that ends, under another name, with a layer for vectors
use congruent::prelude::*;

type Last = congruent::Dense<64, 64, Relu>;
network! {
    struct Translator {
        translate: EncoderDecoder<[Embedding<48, 64>, Last], AttentionDecoder<48, 64, 128>, source = 12, target = 24>,
    }
}

fn main() {}
