// 1 error (Snake): an activation that does not exist
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Snake>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
