// 2 errors (output | hidden | 20 | 32 | more): several layers do not fit, and constants say which
use congruent::prelude::*;

const A: usize = 32;
const B: usize = 20;
network! {
    struct Digits {
        hidden: Dense<64, A, Relu>,
        output: Dense<B, A>,
        more: Dense<B, 10, Softmax>,
    }
}

fn main() {}
