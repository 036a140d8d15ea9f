// 1 error (Reshape | Reshape<[1, 8, 8]>): a size that is to be worked out
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        image: Reshape<[-1, 8, 8]>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
