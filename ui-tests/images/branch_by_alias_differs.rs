// 1 error (Reshape<[2, 8, 8]> | 2, 8, 8 | 128 | Branch | 64): a branch under another name that has not the shape that is said after it
use congruent::prelude::*;

type Branch = congruent::Dense<64, 64>;
network! {
    struct Digits: [64] -> [10] {
        side: Concat<Reshape<[1, 8, 8]>, [Branch, Reshape<[2, 8, 8]>]>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
