// 1 error (64 | 32 | hidden | input): two values of different shapes are added, one by a constant
use congruent::prelude::*;

const HIDDEN: usize = 32;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, HIDDEN, Relu>,
        skip: Add(hidden, input),
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
