// 1 error (block | [16, 32, 32] | [24, 32, 32]): a residual that changes the channels
use congruent::prelude::*;

network! {
    struct Photos: [16, 32, 32] -> [24, 32, 32] {
        block: Residual<Conv2d<16, 24, 3, Relu, padding = same>>,
    }
}

fn main() {}
