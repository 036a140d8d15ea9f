// 1 error (outputs | Relu | 32 | last): an activation where a size belongs
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, Relu, 32>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
