// 1 error ([64] -> [10]): a mapping without its output
use congruent::prelude::*;

network! {
    struct Digits: [64] -> {
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
