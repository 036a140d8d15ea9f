// 1 error (norm | hidden | [32] | BatchNorm1d): a normalisation of images after a vector
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<784, 32>,
        norm: BatchNorm2d,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
