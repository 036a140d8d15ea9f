// 1 error (Conv2d<1, 16, 3, Relu, stride = 1, padding = 1>): stride and padding behind the kernel
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        strokes: Conv2d<1, 16, 3, 1, 1, Relu>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
