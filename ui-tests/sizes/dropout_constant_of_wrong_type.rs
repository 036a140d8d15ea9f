// 1 error (f32 | f64): a dropout rate by a constant of another type
use congruent::prelude::*;

const RATE: f64 = 0.5;
network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        dropped: Dropout<RATE>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
