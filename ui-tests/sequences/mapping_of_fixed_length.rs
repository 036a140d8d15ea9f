// 1 error (tags | [40, 9] | [..40, 9]): the network gives sequences of any length, but the mapping says one length
use congruent::prelude::*;

network! {
    struct Tagger: [..40] -> [40, 9] {
        embed: Embedding<1000, 64>,
        tags: TimeDistributed<Dense<64, 9, Softmax>>,
    }
}

fn main() {}
