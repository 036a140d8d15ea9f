// 1 error (Elu | alpha | 1): a parameter of an activation that has one value here
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Elu<0.5>>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
