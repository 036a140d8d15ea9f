// 1 error (size | -64): a negative size in a mapping
use congruent::prelude::*;

network! {
    struct Digits: [-64] -> [10] {
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
