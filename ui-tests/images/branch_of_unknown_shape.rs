// 1 error ([Branch, Reshape<[8, 14, 14]>]): a branch that ends with a type under another name
use congruent::prelude::*;

type Branch = congruent::Dense<16, 8>;
network! {
    struct Digits: [16] -> [10] {
        side: Concat<Dense<16, 8>, Branch>,
        output: Dense<16, 10, Softmax>,
    }
}

fn main() {}
