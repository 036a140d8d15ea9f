// 1 error: a dropout rate that leaves nothing
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dropout<1.0>,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
