// 1 error (Softmax): a softmax with its dimension
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        output: Dense<784, 10>,
        shares: Softmax<dim = 1>,
    }
}

fn main() {}
