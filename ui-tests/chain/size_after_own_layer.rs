// 1 error (output | scale | 32 | 64): the layer after one of one's own expects another size
use congruent::prelude::*;

#[path = "../support/scale.rs"]
mod scale;
use scale::Scale;

network! {
    struct Digits: [64] -> [10] {
        scale: Scale<64>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
