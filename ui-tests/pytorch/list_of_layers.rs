// 1 error (hidden1 | hidden2 | hidden3): several layers in one field
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        first: Dense<64, 32, Relu>,
        hidden: [Dense<32, 32, Relu>; 3],
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
