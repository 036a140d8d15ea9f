// 1 error ([f32; 64] | congruent::Layer): an alias of a type that is no layer
use congruent::prelude::*;

type Weights = [f32; 64];

network! {
    struct Digits: [64] -> [10] {
        hidden: Weights,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
