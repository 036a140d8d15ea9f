// 1 error (= | Conv2d<1, 8, 3, padding = 1>): a colon between a setting and its value
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        strokes: Conv2d<1, 8, 3, padding: 1>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
