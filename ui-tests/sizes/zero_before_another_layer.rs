// 1 error (outputs | zero): a size of zero, and a layer that takes another number
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<784, 0, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
