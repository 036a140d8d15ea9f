// 1 error (bias | true | false | 0): a bias that is a number
use congruent::prelude::*;

network! {
    struct Photos: [3, 28, 28] -> [8, 26, 26] {
        strokes: Conv2d<3, 8, 3, bias = 0>,
    }
}

fn main() {}
