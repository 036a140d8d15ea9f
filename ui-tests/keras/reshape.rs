// 1 error (Reshape<[1, 28, 28]>): a shape in parentheses
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        image: Reshape<(1, 28, 28)>,
        flat: Flatten,
        output: Dense<784, 10, Softmax>,
    }
}

fn main() {}
