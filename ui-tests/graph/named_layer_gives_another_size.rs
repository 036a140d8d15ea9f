// 1 error (32 | 64 | output | skip): a layer takes another size than what it names gives
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 64, Relu>,
        skip: Add(hidden, input),
        output: Dense<32, 10, Softmax>(skip),
    }
}

fn main() {}
