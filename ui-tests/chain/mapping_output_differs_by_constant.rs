// 1 error (output | [10] | [9]): the mapping's output is not what the last layer gives, and a constant says so
use congruent::prelude::*;

const CLASSES: usize = 9;
network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, CLASSES, Softmax>,
    }
}

fn main() {}
