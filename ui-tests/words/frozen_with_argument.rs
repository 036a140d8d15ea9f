// 1 error (#[frozen]): `#[frozen]` with something after it
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        #[frozen(true)]
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
