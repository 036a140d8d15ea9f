// 1 error (block | [16, 32, 32] | [32, 16, 16]): a residual that changes the shape
use congruent::prelude::*;

network! {
    struct Photos: [16, 32, 32] -> [32, 16, 16] {
        block: Residual<Conv2d<16, 32, 3, stride = 2, padding = 1>, Relu>,
    }
}

fn main() {}
