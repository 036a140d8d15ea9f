// 1 error (attend | 6 | 64): heads that do not divide the features, and a constant says how many
use congruent::prelude::*;

const HEADS: usize = 6;
network! {
    struct Reader: [..40] -> [2] {
        embed: Embedding<1000, 64>,
        attend: MultiHeadAttention<64, HEADS>,
        last: LastStep,
        output: Dense<64, 2, Softmax>,
    }
}

fn main() {}
