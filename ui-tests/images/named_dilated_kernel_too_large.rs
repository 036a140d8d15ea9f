// 1 error (eyes | 7 | 5 | 3 | 1): a dilated kernel for a side that is a constant
use congruent::prelude::*;

const SIDE: usize = 5;

network! {
    struct Digits: [1, SIDE, SIDE] -> [2, 1, 1] {
        eyes: Conv2d<1, 2, 4, dilation = 2>,
    }
}

fn main() {}
