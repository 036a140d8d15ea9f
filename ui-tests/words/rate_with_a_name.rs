// 1 error (Dropout | p | Dropout<0.5>): a dropout rate with a name
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        drop: Dropout<p = 0.5>,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
