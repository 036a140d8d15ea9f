// 1 error ([64] -> [10]): a mapping without an output
use congruent::prelude::*;

network! {
    struct Digits: [64] {
        hidden: Dense<_, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
