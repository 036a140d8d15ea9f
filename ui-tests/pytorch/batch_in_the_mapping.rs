// 1 error (batch | [784] -> [10]): a batch in the mapping
use congruent::prelude::*;

network! {
    struct Digits: [_, 784] -> [_, 10] {
        hidden: Dense<784, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
