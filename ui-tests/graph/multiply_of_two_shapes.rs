// 1 error ([4, 8, 8] | [3]): an image is multiplied with another number of numbers than channels
use congruent::prelude::*;

network! {
    struct Photos: [3, 8, 8] -> [4, 8, 8] {
        seen: Conv2d<3, 4, 3, Relu, padding = same>,
        mean: GlobalAvgPool(input),
        output: Multiply(seen, mean),
    }
}

fn main() {}
