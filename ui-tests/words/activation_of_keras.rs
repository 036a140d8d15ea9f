// 1 error ("relu"): an activation in quotes
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, "relu">,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
