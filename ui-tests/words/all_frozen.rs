// 1 error (frozen | #[frozen]): every layer is frozen
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        #[frozen]
        hidden: Dense<64, 32, Relu>,
        #[frozen]
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
