// 1 error (f32 | Dense<784, 32, Relu>): the type of the numbers among the arguments
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<f32, 784, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
