// 1 error (attend | 6 | 64): heads that do not divide the features
use congruent::prelude::*;

network! {
    struct Reader: [..40] -> [2] {
        embed: Embedding<1000, 64>,
        attend: MultiHeadAttention<64, 6>,
        mean: MeanOverTime,
        output: Dense<64, 2, Softmax>,
    }
}

fn main() {}
