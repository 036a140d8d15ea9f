// 1 error (strokes | 3 | 2 | 28): a stride that leaves a row over
use congruent::prelude::*;

network! {
    struct Photos: [3, 28, 28] -> [8, 13, 13] {
        strokes: Conv2d<3, 8, 3, stride = 2>,
    }
}

fn main() {}
