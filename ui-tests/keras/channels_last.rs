// 2 errors (Conv2D | Conv2d<1, 32, 3, Relu> | [28, 28, 1] | [1, 28, 28]): a convolution without its channels after an image whose channels are last
use congruent::prelude::*;

network! {
    struct Digits: [28, 28, 1] -> [10] {
        strokes: Conv2D<32, 3, activation = "relu">,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
