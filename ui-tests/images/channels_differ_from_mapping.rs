// 1 error (first | [1, 32, 32] | [3, 32, 32]): channels that differ from the mapping
use congruent::prelude::*;

network! {
    struct Photos: [1, 32, 32] -> [8, 30, 30] {
        first: Conv2d<3, 8, 3, Relu>,
    }
}

fn main() {}
