// 1 error (scale | [10] | [12]): the mapping's output is not what a last layer of one's own gives
use congruent::prelude::*;
#[path = "../support/scale.rs"]
mod scale;
use scale::Scale;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 12, Relu>,
        scale: Scale<12>,
    }
}

fn main() {}
