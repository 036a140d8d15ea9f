// 1 error (freeze | frozen): `#[freeze]` for `#[frozen]`
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        #[freeze]
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
