// 1 error (Dense<_, 32>): a dense layer without its inputs, and nothing before it
use congruent::prelude::*;

network! {
    struct Digits {
        hidden: Dense<32>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
// by hand: how large the inputs are is not known
