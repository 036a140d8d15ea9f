// 1 error (Conv2d<16, 8, 1> | Conv2d<8, WIDE, 3, padding = same> | 16 | 12): two layers in a residual that a constant keeps from fitting
use congruent::prelude::*;

const WIDE: usize = 12;

network! {
    struct Photos: [8, 16, 16] -> [8, 16, 16] {
        block: Residual<Conv2d<8, WIDE, 3, padding = same>, Conv2d<16, 8, 1>>,
    }
}

fn main() {}
