// 1 error (scale | [64] | [32]): the mapping's input is not what a first layer of one's own takes
use congruent::prelude::*;
#[path = "../support/scale.rs"]
mod scale;
use scale::Scale;

network! {
    struct Digits: [64] -> [10] {
        scale: Scale<32>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
