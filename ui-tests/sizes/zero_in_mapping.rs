// 1 error (size | zero): a size of zero in the mapping
use congruent::prelude::*;

network! {
    struct Digits: [0] -> [10] {
        hidden: Dense<_, 32, Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
