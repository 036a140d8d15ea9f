// 1 error (output | norm | [SIDE, SIDE]): a layer for vectors comes after an image whose sizes are constants
use congruent::prelude::*;

const SIDE: usize = 8;
network! {
    struct Digits: [SIDE, SIDE] -> [10] {
        norm: LayerNorm,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
