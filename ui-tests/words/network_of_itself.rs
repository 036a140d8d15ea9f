// 1 error (layer of itself): a network that holds itself
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 64, Relu>,
        again: Digits,
    }
}

fn main() {}
