// 1 error (Perceptron): a layer that does not exist
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Perceptron<64, 32>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
