// 1 error (scale::Scale<_>): `_` in a layer of one's own
use congruent::prelude::*;

#[path = "../support/scale.rs"]
mod scale;

network! {
    struct Digits: [64] -> [10] {
        scale: scale::Scale<_>,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
