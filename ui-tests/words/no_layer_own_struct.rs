// 1 error (Scale | congruent::Layer): a struct that is no layer
use congruent::prelude::*;

struct Scale {
    pub weight: [f32; 64],
}
network! {
    struct Digits: [64] -> [10] {
        hidden: Scale,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
