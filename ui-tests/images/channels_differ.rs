// 1 error (second | first | 16 | 8): channels that differ
use congruent::prelude::*;

network! {
    struct Photos: [3, 32, 32] -> [16, 28, 28] {
        first: Conv2d<3, 8, 3, Relu>,
        second: Conv2d<16, 16, 3, Relu>,
    }
}

fn main() {}
