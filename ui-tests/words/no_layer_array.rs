// 1 error (Dense<64, 32, Relu>): an array for a layer
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: [f32; 32],
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
