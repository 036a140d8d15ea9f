// 1 error (LeakyRelu | 0.01 | Dense<64, 32, LeakyRelu>): an activation with a parameter
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, LeakyReLU(0.2)>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
