// 1 error (names): sizes of a mapping with names
use congruent::prelude::*;

network! {
    struct Digits: [pixels = 64] -> [classes = 10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
