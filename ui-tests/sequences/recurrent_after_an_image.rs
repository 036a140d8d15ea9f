// 1 error (rows | [1, 28, 28] | [28, 28]): a recurrent layer comes after an image
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        rows: Lstm<28, 64, return = last>,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
