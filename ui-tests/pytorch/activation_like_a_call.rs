// 1 error (Dense<784, 128, Relu>): an activation like a call in a layer
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<784, 128, Relu()>,
        output: Dense<128, 10, Softmax>,
    }
}

fn main() {}
