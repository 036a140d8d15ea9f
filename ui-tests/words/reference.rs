// 1 error (&): a reference to a layer
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: &Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
