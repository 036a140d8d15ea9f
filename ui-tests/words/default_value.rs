// 1 error (value): a layer with a value
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu> = zeros(),
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
