// 1 error (50 | Dropout<0.5>): a dropout rate in parts of a hundred
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<784, 32, Relu>,
        drop: Dropout<50>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
