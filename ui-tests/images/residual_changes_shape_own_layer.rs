// 1 error (block | 16 | 8): a residual whose last layer, one's own, gives another size than comes in
use congruent::prelude::*;
#[path = "../support/scale.rs"]
mod scale;
use scale::Scale;

network! {
    struct Digits: [16] -> [10] {
        block: Residual<Dense<16, 8, Relu>, Scale<8>>,
        output: Dense<16, 10, Softmax>,
    }
}

fn main() {}
