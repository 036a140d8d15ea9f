// 1 error (input): the input is named, and nothing says what it is
use congruent::prelude::*;

network! {
    struct Digits {
        hidden: Dense<64, 64, Relu>,
        skip: Add(hidden, input),
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
