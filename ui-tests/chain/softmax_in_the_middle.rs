// 1 error (Softmax): a `Softmax` in the middle of a network
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Softmax>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
