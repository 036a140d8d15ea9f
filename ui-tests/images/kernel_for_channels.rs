// 1 error (strokes | 3 | 1 | Conv2d<1, 16, 3>): a kernel in the place of the channels
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        strokes: Conv2d<3, 16, 1>,
        smaller: MaxPool2d<2>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
