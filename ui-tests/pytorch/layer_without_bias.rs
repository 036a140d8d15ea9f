// 1 error (Linear | Dense<64, 32> | bias): a linear layer without a bias
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Linear<64, 32, bias = False>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
