// 1 error ([28, 28, 1] | seen | [1, 28, 28]): a mapping with the channels last
use congruent::prelude::*;

network! {
    struct Digits: [28, 28, 1] -> [10] {
        seen: Conv2d<1, 8, 3, Relu>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
