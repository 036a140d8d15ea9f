// 1 error (< | > | Conv2d<1, 16, 3, padding = 1>): a layer like a call with names
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        strokes: Conv2d(1, 16, kernel_size=3, padding=1),
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
