// 1 error (output | hidden | 64 | 32): a `LayerNorm` states another size than comes in
use congruent::prelude::*;

network! {
    struct Digits {
        hidden: Dense<64, 32, Relu>,
        output: LayerNorm<64>,
        more: Dense<_, 10, Softmax>,
    }
}

fn main() {}
