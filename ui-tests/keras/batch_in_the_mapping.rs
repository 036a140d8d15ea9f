// 1 error (batch | [784] -> [10]): no batch in the mapping
use congruent::prelude::*;

network! {
    struct Digits: [None, 784] -> [None, 10] {
        hidden: Dense<784, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
