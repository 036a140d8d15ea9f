// 1 error (outputs | zero): a constant of zero
use congruent::prelude::*;

const HIDDEN: usize = 0;
network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, HIDDEN, Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
