// 1 error (both | Conv2d<8, 4, KERNEL> | Conv2d<8, 4, 1> | [4, 14, 14] | [4, 16, 16]): two branches of different heights, by a constant
use congruent::prelude::*;

const KERNEL: usize = 3;

network! {
    struct Photos: [8, 16, 16] -> [8, 16, 16] {
        both: Concat<Conv2d<8, 4, 1>, Conv2d<8, 4, KERNEL>>,
    }
}

fn main() {}
