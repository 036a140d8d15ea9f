// 1 error (32.0 | 32): a size with a decimal point
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32.0, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
