// 1 error (Conv2d | strides): a setting that is not there
use congruent::prelude::*;

network! {
    struct Photos: [3, 28, 28] -> [8, 14, 14] {
        strokes: Conv2d<3, 8, 3, strides = 2, padding = same>,
    }
}

fn main() {}
