// 1 error (place | [..40]): positions are added to tokens
use congruent::prelude::*;

network! {
    struct Reader: [..40] -> [2] {
        place: PositionalEncoding,
        embed: Embedding<1000, 64>,
        mean: MeanOverTime,
        output: Dense<64, 2, Softmax>,
    }
}

fn main() {}
