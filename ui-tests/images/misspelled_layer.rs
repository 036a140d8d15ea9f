// 1 error (Conv2D | Conv2d): a layer misspelled
use congruent::prelude::*;

network! {
    struct Photos: [3, 28, 28] -> [8, 26, 26] {
        strokes: Conv2D<3, 8, 3>,
    }
}

fn main() {}
