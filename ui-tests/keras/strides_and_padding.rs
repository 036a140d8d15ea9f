// 1 error (strides | stride | Conv2d<1, 8, 3, Relu, stride = 2, padding = same>): `strides`, and padding in quotes
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        strokes: Conv2d<1, 8, 3, Relu, strides = 2, padding = "same">,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
