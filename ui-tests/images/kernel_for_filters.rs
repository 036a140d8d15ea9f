// 1 error (strokes | parts | 3 | 16 | Conv2d<1, 16, 3>): a kernel in the place of the filters
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        strokes: Conv2d<1, 3, 16>,
        smaller: MaxPool2d<2>,
        parts: Conv2d<16, 8, 3>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
