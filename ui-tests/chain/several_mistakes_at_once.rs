// 3 errors: several layers do not fit
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<20, 10>,
        more: Dense<8, 4, Relu>,
        most: Dense<5, 10, Softmax>,
    }
}

fn main() {}
