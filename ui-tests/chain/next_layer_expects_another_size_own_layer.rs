// 1 error (scale | hidden | 16 | 32): a layer of one's own expects another size
use congruent::prelude::*;

#[path = "../support/scale.rs"]
mod scale;
use scale::Scale;

network! {
    struct Digits: [64] -> [16] {
        hidden: Dense<64, 32, Relu>,
        scale: Scale<16>,
    }
}

fn main() {}
