// 1 error (kernel | (3, 3, 3)): a kernel of three sizes
use congruent::prelude::*;

network! {
    struct Photos: [1, 28, 28] -> [8, 26, 26] {
        strokes: Conv2d<1, 8, (3, 3, 3)>,
    }
}

fn main() {}
