// 1 error (Dense<784, 32>): an arrow between arguments
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<784 -> 32>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
