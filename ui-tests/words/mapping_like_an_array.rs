// 1 error (sizes | [3, 64] -> [10]): a mapping like the type of an array
use congruent::prelude::*;

network! {
    struct Digits: [64; 3] -> [10] {
        flat: Flatten,
        output: Dense<192, 10, Softmax>,
    }
}

fn main() {}
