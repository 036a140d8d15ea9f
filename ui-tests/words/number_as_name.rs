// 1 error (name | hidden: Dense<64, 10, Softmax>): a number as a name
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        1: Dense<64, 10, Softmax>,
    }
}

fn main() {}
