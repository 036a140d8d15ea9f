// 1 error (tags | [50, 9] | [40, 9]): the network gives sequences of another length
use congruent::prelude::*;

network! {
    struct Tagger: [40] -> [50, 9] {
        embed: Embedding<1000, 64>,
        tags: TimeDistributed<Dense<64, 9, Softmax>>,
    }
}

fn main() {}
