// 1 error (5000000000 | 4294967295): a size beyond all memory
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 5_000_000_000, Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
