// 1 error (String): a type that is no layer
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: String,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
