// 1 error (outputs | zero): a size of zero
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 0, Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
