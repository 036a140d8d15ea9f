// 1 error (let): layers like variables
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        let hidden: Dense<784, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
