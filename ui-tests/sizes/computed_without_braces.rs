// 1 error (Dense<64, { 2 * 16 }, Relu>): a computed size without braces
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 2 * 16, Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
