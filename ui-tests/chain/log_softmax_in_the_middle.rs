// 1 error (LogSoftmax): a `LogSoftmax` in the middle of a network
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, LogSoftmax>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
