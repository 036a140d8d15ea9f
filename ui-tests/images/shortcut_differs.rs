// 1 error (block | [32, 32, 32] | [32, 16, 16]): a shortcut that gives another shape
use congruent::prelude::*;

network! {
    struct Photos: [16, 32, 32] -> [32, 16, 16] {
        block: Residual<Conv2d<16, 32, 3, stride = 2, padding = 1>, shortcut = Conv2d<16, 32, 1>>,
    }
}

fn main() {}
