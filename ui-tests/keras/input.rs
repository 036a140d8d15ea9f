// 1 error (input): a layer for the input
use congruent::prelude::*;

network! {
    struct Digits {
        input: Input<784>,
        hidden: Dense<784, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
