// 1 error (Lambda): a layer that there is none of
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        scale: Lambda<2>,
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
