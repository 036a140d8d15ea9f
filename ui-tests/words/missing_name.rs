// 1 error (name | hidden: Dense<64, 32, Relu>): a layer without a name among named ones
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
