// 1 error (Softmax): `Softmax` twice at the end
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
        shares: Softmax,
    }
}

fn main() {}
