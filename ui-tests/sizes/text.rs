// 1 error ("32"): a size in quotes
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, "32", Relu>,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
