// 1 error (20 | 0.2): a dropout rate above 1 in a residual, as a constant
use congruent::prelude::*;

const RATE: f32 = 20.0;

network! {
    struct Photos: [8, 16, 16] -> [8, 16, 16] {
        block: Residual<Conv2d<8, 8, 3, padding = same>, SpatialDropout<RATE>>,
    }
}

fn main() {}
