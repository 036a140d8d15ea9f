// 1 error (ReLU | Relu): an activation misspelt
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, ReLU>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
