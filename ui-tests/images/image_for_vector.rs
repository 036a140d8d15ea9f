// 1 error (digit | strokes | [8, 26, 26]): an image where a vector is expected
use congruent::prelude::*;

network! {
    struct Photos: [1, 28, 28] -> [10] {
        strokes: Conv2d<1, 8, 3>,
        digit: Dense<_, 10, Softmax>,
    }
}

fn main() {}
