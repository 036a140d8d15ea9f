// 1 error (Scale | congruent::Layer): a struct that is no layer, in a list within a layer
use congruent::prelude::*;

struct Scale {
    pub weight: [f32; 16],
}
network! {
    struct Digits: [16] -> [10] {
        block: Residual<Dense<16, 16, Relu>, Scale>,
        norm: LayerNorm,
        output: Dense<_, 10, Softmax>,
    }
}
fn main() {}
