// 1 error (image | [1, 9, 9] | [64] | 81 | 64): a reshape to more numbers than there are, by a constant
use congruent::prelude::*;

const SIDE: usize = 9;

network! {
    struct Photos: [64] -> [1, SIDE, SIDE] {
        image: Reshape<[1, SIDE, SIDE]>,
    }
}

fn main() {}
