// 1 error (=): an equals sign before the layers
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] = {
        hidden: Dense<784, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
