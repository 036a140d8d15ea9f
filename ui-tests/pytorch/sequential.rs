// 1 error (Sequential): layers within `Sequential`
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        body: Sequential<Dense<784, 32, Relu>, Dense<32, 32, Relu>>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
