// 1 error (5408 | 27): a size to be worked out that there is not
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        seen: Conv2d<1, 8, 3, Relu>,
        rows: Reshape<[-1, 27]>,
        output: Dense<27, 10, Softmax>,
    }
}

fn main() {}
