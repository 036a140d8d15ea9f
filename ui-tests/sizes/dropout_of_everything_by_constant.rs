// 1 error (1.5 | 0.2): a dropout rate that leaves nothing, by a constant
use congruent::prelude::*;

const RATE: f32 = 1.5;
network! {
    struct Digits: [64] -> [10] {
        hidden: Dropout<RATE>,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
