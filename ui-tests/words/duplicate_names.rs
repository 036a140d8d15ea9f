// 1 error (hidden): two layers of the same name
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 32, Relu>,
        hidden: Dense<32, 10, Softmax>,
    }
}

fn main() {}
