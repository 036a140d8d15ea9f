// 1 error (Add(hidden, side)): values joined by an operator
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        side: Dense<64, 32, Tanh>(input),
        sum: hidden + side,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
