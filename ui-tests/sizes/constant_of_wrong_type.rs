// 1 error (usize | u32): a constant of another type than `usize`
use congruent::prelude::*;

const HIDDEN: u32 = 32;
network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, HIDDEN, Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
