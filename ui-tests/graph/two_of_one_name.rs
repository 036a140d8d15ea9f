// 1 error (hidden): two layers of a graph have one name
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 64, Relu>,
        hidden: Add(hidden, input),
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
