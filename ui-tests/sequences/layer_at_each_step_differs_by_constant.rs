// 1 error (Dense | embed | 32 | 64): the layer at each step expects another size, and a constant says which
use congruent::prelude::*;

const HIDDEN: usize = 32;
network! {
    struct Tagger: [..40] -> [..40, 9] {
        embed: Embedding<1000, 64>,
        tags: TimeDistributed<Dense<HIDDEN, 9, Softmax>>,
    }
}

fn main() {}
