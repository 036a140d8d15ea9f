// 1 error (usize | i32): a constant of another type in the mapping
use congruent::prelude::*;

const PIXELS: i32 = 64;
network! {
    struct Digits: [PIXELS] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
