// 1 error (second | first | 16 | 8): named channels that differ
use congruent::prelude::*;

const WIDTH: usize = 8;

network! {
    struct Photos: [3, 32, 32] -> [16, 28, 28] {
        first: Conv2d<3, WIDTH, 3, Relu>,
        second: Conv2d<16, 16, 3, Relu>,
    }
}

fn main() {}
