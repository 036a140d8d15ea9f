// 1 error (seen | [channels, length] | [1, 8, 8] | Reshape<[1, 64]>): a convolution of signals over an image
use congruent::prelude::*;

network! {
    struct Digits: [1, 8, 8] -> [10] {
        seen: Conv1d<1, 8, 3, Relu>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
