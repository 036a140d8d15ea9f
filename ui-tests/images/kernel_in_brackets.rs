// 1 error ([3, 3] | 3 | (3, 3)): height and width of a kernel in brackets
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        seen: Conv2d<1, 8, [3, 3], Relu>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
