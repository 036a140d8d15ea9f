// 1 error (embed): an embedding comes first, and nothing says how many tokens
use congruent::prelude::*;

network! {
    struct Reader {
        embed: Embedding<1000, 64>,
        mean: MeanOverTime,
        output: Dense<64, 2, Softmax>,
    }
}

fn main() {}
