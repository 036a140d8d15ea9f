// 1 error (norm | LayerNorm): a layer that cannot be computed in integers
use congruent::prelude::*;

network! {
    #[int8]
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        norm: LayerNorm,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
