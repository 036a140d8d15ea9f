// 1 error (32.5): a size that is not a whole number
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32.5, Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
