// 1 error (String): a type that is no layer behind a softmax
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        output: Dense<784, 10, Softmax>,
        text: String,
    }
}

fn main() {}
