// 1 error (< | Dense<64, 32, Relu>): a `>` left out
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
