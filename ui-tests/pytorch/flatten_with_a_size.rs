// 1 error (Flatten): a `Flatten` that says what it gives
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        flat: Flatten<784>,
        output: Dense<784, 10, Softmax>,
    }
}

fn main() {}
