// 1 error (nn::gelu | Gelu): an activation of `nn` for a layer
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32>,
        act: nn::gelu,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
