// 1 error ([3, 8, 8] | [4, 4, 4]): images of different sizes are put side by side
use congruent::prelude::*;

network! {
    struct Photos: [3, 8, 8] -> [10] {
        small: Conv2d<3, 4, 2, Relu, stride = 2>,
        both: Concat(input, small),
        mean: GlobalAvgPool,
        output: Dense<7, 10, Softmax>,
    }
}

fn main() {}
