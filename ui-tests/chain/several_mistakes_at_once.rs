// 3 errors (output | hidden | 20 | 32 | more | 8 | 10 | most | 5 | 4): several layers do not fit
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
