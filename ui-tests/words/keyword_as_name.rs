// 1 error (in): a layer named as a word of the language
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        in: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
