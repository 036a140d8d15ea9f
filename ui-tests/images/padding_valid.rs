// 1 error (padding | same | valid): the word of other libraries for no padding
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        seen: Conv2d<1, 8, 3, Relu, padding = valid>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
