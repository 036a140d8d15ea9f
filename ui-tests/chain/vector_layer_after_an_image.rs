// 1 error (output | norm | [1, 8, 8]): a layer for vectors comes after an image
use congruent::prelude::*;

network! {
    struct Digits: [1, 8, 8] -> [10] {
        norm: LayerNorm,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
