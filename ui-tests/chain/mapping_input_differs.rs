// 1 error (hidden | [784] | [64]): the mapping's input is not what the first layer takes
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
