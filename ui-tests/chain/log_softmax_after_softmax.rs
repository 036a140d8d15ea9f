// 1 error (LogSoftmax | Softmax): a `LogSoftmax` after a `Softmax`
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        output: Dense<64, 10, Softmax>,
        logarithms: LogSoftmax,
    }
}

fn main() {}
