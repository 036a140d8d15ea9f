// 1 error (side | output): what a layer gives goes nowhere
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        side: Dense<32, 16, Relu>(hidden),
        output: Dense<32, 10, Softmax>(hidden),
    }
}

fn main() {}
