// 1 error (String | Relu): a type that is no activation
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, String>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
