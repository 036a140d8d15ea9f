// 1 error (1.0 | Dropout<0.2>): a dropout rate that leaves nothing
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dropout<1.0>,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
