// 1 error (LogSoftmax | Softmax): an activation that cannot be computed in integers
use congruent::prelude::*;

network! {
    #[int8]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, LogSoftmax>,
    }
}

fn main() {}
