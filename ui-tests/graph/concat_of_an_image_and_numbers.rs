// 1 error ([4, 8, 8] | [4]): an image and a vector are put side by side
use congruent::prelude::*;

network! {
    struct Photos: [3, 8, 8] -> [10] {
        seen: Conv2d<3, 4, 3, Relu, padding = same>,
        mean: GlobalAvgPool,
        both: Concat(seen, mean),
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
