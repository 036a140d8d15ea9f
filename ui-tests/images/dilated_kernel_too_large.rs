// 1 error (strokes | 7 | 6): a dilated kernel larger than the image
use congruent::prelude::*;

network! {
    struct Photos: [8, 6, 6] -> [8, 1, 1] {
        strokes: Conv2d<8, 8, 3, dilation = 3>,
    }
}

fn main() {}
