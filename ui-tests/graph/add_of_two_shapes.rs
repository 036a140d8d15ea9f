// 1 error (64 | 32 | hidden | input): two values of different shapes are added
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        skip: Add(hidden, input),
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
