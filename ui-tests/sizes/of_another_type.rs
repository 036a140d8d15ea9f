// 1 error (32u8): a size with the suffix of another type
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32u8, Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
