// 1 error (block | [8, 16, 16] | [32, 16, 16]): a residual that changes the channels, by a constant
use congruent::prelude::*;

const WIDE: usize = 32;

network! {
    struct Photos: [8, 16, 16] -> [WIDE, 16, 16] {
        block: Residual<Conv2d<8, WIDE, 3, Relu, padding = same>>,
    }
}

fn main() {}
