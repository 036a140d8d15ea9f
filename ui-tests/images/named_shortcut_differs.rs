// 1 error (block | [32, 14, 14] | [16, 14, 14]): a shortcut that gives another shape, by a constant
use congruent::prelude::*;

const WIDE: usize = 32;

network! {
    struct Photos: [8, 16, 16] -> [16, 14, 14] {
        block: Residual<Conv2d<8, 16, 3>, shortcut = Conv2d<8, WIDE, 3>>,
    }
}

fn main() {}
