// 1 error (sizes | [3, 28, 28]): a mapping like the type of an array
use congruent::prelude::*;

network! {
    struct Digits: [64; 3] -> [10] {
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
