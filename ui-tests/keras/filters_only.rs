// 1 error (Conv2d<1, 16, 3, Relu> | channels): a convolution without its channels
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        strokes: Conv2d<16, 3, Relu>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
