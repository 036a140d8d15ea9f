// 1 error (Conv2d<16, 16, 3, padding = same> | Conv2d<16, 8, 3, padding = same> | 16 | 8): a mistake inside a residual
use congruent::prelude::*;

network! {
    struct Photos: [16, 32, 32] -> [16, 32, 32] {
        block: Residual<Conv2d<16, 8, 3, padding = same>, Conv2d<16, 16, 3, padding = same>>,
    }
}

fn main() {}
