// 1 error (strokes | 5 | 4): a named kernel larger than the image
use congruent::prelude::*;

const KERNEL: usize = 5;

network! {
    struct Photos: [1, 4, 4] -> [8, 1, 1] {
        strokes: Conv2d<1, 8, KERNEL>,
    }
}

fn main() {}
