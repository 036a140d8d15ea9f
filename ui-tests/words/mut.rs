// 1 error (mut): a layer that is `mut`
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        mut hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
