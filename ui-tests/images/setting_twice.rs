// 1 error (padding): a setting that is set twice
use congruent::prelude::*;

network! {
    struct Photos: [3, 28, 28] -> [8, 28, 28] {
        strokes: Conv2d<3, 8, 3, padding = 1, padding = same>,
    }
}

fn main() {}
