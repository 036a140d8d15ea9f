// 1 error (strokes | [784]): a vector where an image is expected
use congruent::prelude::*;

network! {
    struct Photos: [784] -> [8, 26, 26] {
        strokes: Conv2d<1, 8, 3>,
    }
}

fn main() {}
