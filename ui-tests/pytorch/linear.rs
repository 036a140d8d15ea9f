// 1 error (Linear | Dense<784, 128, Relu>): `Linear` for a layer with weights
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Linear<784, 128, Relu>,
        output: Dense<128, 10, Softmax>,
    }
}

fn main() {}
