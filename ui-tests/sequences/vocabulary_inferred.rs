// 1 error (vocabulary | _): the size of the vocabulary cannot be taken from what comes in
use congruent::prelude::*;

network! {
    struct Reader: [..40] -> [64] {
        embed: Embedding<_, 64>,
        mean: MeanOverTime,
    }
}

fn main() {}
