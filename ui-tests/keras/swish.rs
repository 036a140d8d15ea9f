// 1 error (Swish | Silu): an activation under another name
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        hidden: Dense<784, 32, Swish>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
