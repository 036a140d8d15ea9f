// 1 error (int8 | struct): a layer in integers among others
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        #[int8]
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
