// 1 error (output | hidden | 64 | 32): a `LayerNorm` states another size than comes in, by a constant
use congruent::prelude::*;

const WIDTH: usize = 64;
network! {
    struct Digits {
        hidden: Dense<64, 32, Relu>,
        output: LayerNorm<WIDTH>,
        more: Dense<_, 10>,
    }
}

fn main() {}
