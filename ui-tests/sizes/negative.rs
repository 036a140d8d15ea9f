// 1 error (outputs | negative): a negative size
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, -32, Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
