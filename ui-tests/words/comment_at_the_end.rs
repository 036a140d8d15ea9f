// 1 error (//): a doc comment behind the last layer
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<784, 32, Relu>,
        output: Dense<32, 10, Softmax>,
        /// Ten shares.
    }
}

fn main() {}
