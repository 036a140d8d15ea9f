// 1 error (output | [10] | [9]): the mapping's output is not what the last layer gives
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 9, Softmax>,
    }
}

fn main() {}
