// 1 error (strokes | 7 | 2 | 4): a kernel larger than the padded image
use congruent::prelude::*;

network! {
    struct Photos: [8, 2, 2] -> [8, 1, 1] {
        strokes: Conv2d<8, 8, 7, padding = 1>,
    }
}

fn main() {}
