// 1 error (nn::Conv2d | Conv2d<1, 16, 3>): a layer by its path in PyTorch
use congruent::prelude::*;

network! {
    struct Digits: [1, 28, 28] -> [10] {
        strokes: nn::Conv2d<1, 16, 3>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
