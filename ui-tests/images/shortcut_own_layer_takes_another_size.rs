// 1 error (Scale<8> | 8 | 16): a residual whose shortcut, a layer of one's own, takes another size than comes in
use congruent::prelude::*;
#[path = "../support/scale.rs"]
mod scale;
use scale::Scale;

network! {
    struct Digits: [16] -> [10] {
        block: Residual<Dense<16, 8, Relu>, shortcut = Scale<8>>,
        output: Dense<8, 10, Softmax>,
    }
}

fn main() {}
