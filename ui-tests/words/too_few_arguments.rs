// 1 error (Dense | Dense<64, 32>): too few arguments
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<32>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
