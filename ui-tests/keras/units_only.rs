// 1 error (Dense<784, 32, Relu> | activation): a dense layer without its inputs
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<32, activation = "relu">,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
