// 1 error (RATE): a dropout rate in a residual that is nowhere
use congruent::prelude::*;

network! {
    struct Photos: [8, 16, 16] -> [8, 16, 16] {
        block: Residual<Conv2d<8, 8, 3, padding = same>, SpatialDropout<RATE>>,
    }
}

fn main() {}
