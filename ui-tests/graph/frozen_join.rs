// 1 error (frozen): what joins values is frozen
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 64, Relu>,
        #[frozen]
        skip: Add(hidden, input),
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
