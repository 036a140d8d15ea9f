// 1 error (at least one size): a shape without sizes
use congruent::prelude::*;

network! {
    struct Digits: [] -> [10] {
        hidden: Dense<_, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
