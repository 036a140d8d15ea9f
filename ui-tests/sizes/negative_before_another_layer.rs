// 1 error (outputs | negative | 32): a size below zero, and a layer that takes what is meant
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<784, -32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
