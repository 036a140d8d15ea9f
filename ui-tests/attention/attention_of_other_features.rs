// 1 error (encode | place | 128 | 64): attention expects other features
use congruent::prelude::*;

network! {
    struct Reader: [..40] -> [2] {
        embed: Embedding<1000, 64>,
        place: PositionalEncoding,
        encode: TransformerEncoder<128, 4, 256>,
        mean: MeanOverTime,
        output: Dense<128, 2, Softmax>,
    }
}

fn main() {}
// by hand: another layer or the mapping has to follow, which is a decision
