// 1 error (Dense | bias): a setting that the layer does not have
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu, bias = false>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
