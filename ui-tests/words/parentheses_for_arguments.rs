// 1 error (Dense<64, 32>): arguments in parentheses
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense(64, 32),
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
