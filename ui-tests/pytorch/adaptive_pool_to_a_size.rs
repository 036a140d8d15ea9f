// 1 error (AdaptiveAvgPool2d | AvgPool2d<4>): an adaptive pool to another size
use congruent::prelude::*;

network! {
    struct Photos: [3, 28, 28] -> [10] {
        smaller: AdaptiveAvgPool2d<(7, 7)>,
        flat: Flatten,
        output: Dense<147, 10, Softmax>,
    }
}

fn main() {}
