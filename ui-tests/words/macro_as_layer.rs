// 1 error (macro | type Body = network![...];): a list of layers within a network
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        body: network![Dense<64, 32, Relu>, Dense<32, 32, Relu>],
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
