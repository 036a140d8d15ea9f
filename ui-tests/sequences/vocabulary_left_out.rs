// 1 error (Embedding): the size of the vocabulary is left out
use congruent::prelude::*;

network! {
    struct Reader: [..40] -> [64] {
        embed: Embedding<64>,
        mean: MeanOverTime,
    }
}

fn main() {}
