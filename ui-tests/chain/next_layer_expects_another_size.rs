// 1 error (output | hidden | 20 | 10): the next layer expects another size
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 10, Relu>,
        output: Dense<20, 10, Softmax>,
    }
}

fn main() {}
