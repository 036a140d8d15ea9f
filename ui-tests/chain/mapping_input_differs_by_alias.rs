// 1 error (hidden | [784] | [64]): the mapping's input is not what the first layer, under another name, takes
use congruent::prelude::*;

type Hidden = congruent::Dense<64, 32, Relu>;
network! {
    struct Digits: [784] -> [10] {
        hidden: Hidden,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
