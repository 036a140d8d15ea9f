// 1 error (Dense<784, 32, Relu>): a layer constructed
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense::new(784, 32, Relu),
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
