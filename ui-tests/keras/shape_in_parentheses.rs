// 1 error (brackets | [1, 28, 28] -> [10]): shapes in parentheses
use congruent::prelude::*;

network! {
    struct Digits: (1, 28, 28) -> (10) {
        flat: Flatten,
        output: Dense<784, 10, Softmax>,
    }
}

fn main() {}
