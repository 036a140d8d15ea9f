// 1 error (Dense | Dense<64, 32, Relu>): no arguments at all
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
