// 1 error (MeanOverTime | GlobalAvgPool): a mean over the steps of a sequence
use congruent::prelude::*;

network! {
    struct Reader: [..20] -> [4] {
        words: Embedding<1000, 8>,
        mean: GlobalAveragePooling1D,
        output: Dense<8, 4, Softmax>,
    }
}

fn main() {}
