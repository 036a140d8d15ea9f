// 1 error (< | > | Relu): an activation like a call
use congruent::prelude::*;

network! {
    struct Digits {
        hidden: Dense<64, 32>,
        bent: Relu(),
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
