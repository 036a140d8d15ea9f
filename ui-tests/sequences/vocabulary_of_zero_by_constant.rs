// 1 error (vocabulary | zero): a constant says that the vocabulary is empty
use congruent::prelude::*;

const WORDS: usize = 0;
network! {
    struct Reader: [..40] -> [64] {
        embed: Embedding<WORDS, 64>,
        mean: MeanOverTime,
    }
}

fn main() {}
