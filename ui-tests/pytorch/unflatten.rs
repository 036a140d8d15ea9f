// 1 error (Unflatten | Reshape<[1, 28, 28]>): a vector made an image
use congruent::prelude::*;

network! {
    struct Digits: [784] -> [10] {
        image: Unflatten<1, (1, 28, 28)>,
        flat: Flatten,
        output: Dense<784, 10, Softmax>,
    }
}

fn main() {}
