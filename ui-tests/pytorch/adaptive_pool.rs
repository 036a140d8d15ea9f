// 1 error (AdaptiveAvgPool2d | GlobalAvgPool): an adaptive pool to one number
use congruent::prelude::*;

network! {
    struct Photos: [64, 7, 7] -> [10] {
        means: AdaptiveAvgPool2d<(1, 1)>,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
