// 1 error (strokes | 5 | 4): a kernel larger than the image
use congruent::prelude::*;

network! {
    struct Photos: [1, 28, 4] -> [8, 24, 1] {
        strokes: Conv2d<1, 8, 5, Relu>,
    }
}

fn main() {}
