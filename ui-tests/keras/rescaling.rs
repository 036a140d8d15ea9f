// 1 error (scaled | Standardizer): data that a layer is to scale
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        scale: Rescaling<255>,
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
