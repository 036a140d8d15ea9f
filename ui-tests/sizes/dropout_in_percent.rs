// 1 error (20 | Dropout<0.2>): a dropout rate in percent
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dropout<20>,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
