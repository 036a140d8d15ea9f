// 1 error (b): two names for a layer
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        a: b: Dense<64, 10, Softmax>,
    }
}

fn main() {}
