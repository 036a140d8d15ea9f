// 1 error (hidden | [784] | [64]): the mapping's input is not what the first layer takes, and a constant says so
use congruent::prelude::*;

const PIXELS: usize = 784;
network! {
    struct Digits: [PIXELS] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
