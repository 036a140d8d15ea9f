// 1 error (padding | valid | Conv2d<1, 8, 3, Relu>): the word for no padding, in quotes
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        strokes: Conv2d<1, 8, 3, Relu, padding = "valid">,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
