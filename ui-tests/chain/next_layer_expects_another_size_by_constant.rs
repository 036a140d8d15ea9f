// 1 error (output | hidden | 20 | 32): the next layer expects another size, and a constant says which
use congruent::prelude::*;

const HIDDEN: usize = 20;
network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<HIDDEN, 10, Softmax>,
    }
}

fn main() {}
