// 1 error (Dropout): a layer where an activation belongs
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Dropout>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
