// 1 error (repr(C)): a layout of one's own
use congruent::prelude::*;

network! {
    #[repr(align(64))]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
