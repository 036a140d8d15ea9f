// 1 error (Dense<32, 9, Softmax> | embed | 32 | 64): the layer at each step expects another size
use congruent::prelude::*;

network! {
    struct Tagger: [..40] -> [..40, 9] {
        embed: Embedding<1000, 64>,
        tags: TimeDistributed<Dense<32, 9, Softmax>>,
    }
}

fn main() {}
