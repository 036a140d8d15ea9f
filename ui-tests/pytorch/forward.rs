// 1 error (passes): a `forward` of the user's own among the layers
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
        fn forward(&self, x: &[f32; 64]) -> [f32; 10] {
            self.output.forward(&self.hidden.forward(x))
        }
    }
}

fn main() {}
