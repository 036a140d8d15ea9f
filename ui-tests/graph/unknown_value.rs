// 1 error (hiden | hidden): a value that is named is misspelt
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 64, Relu>,
        skip: Add(hiden, input),
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
