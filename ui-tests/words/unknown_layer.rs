// 1 error (Desne | Dense): a layer misspelt
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Desne<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
