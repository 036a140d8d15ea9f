// 1 error (Concatenate | Concat(stem, seen)): a join by its name in another framework
use congruent::prelude::*;

network! {
    struct Photos: [3, 8, 8] -> [10] {
        stem: Conv2d<3, 4, 3, Relu, padding = 1>,
        seen: Conv2d<4, 4, 3, Relu, padding = 1>,
        both: Concatenate(stem, seen),
        pooled: GlobalAvgPool,
        output: Dense<8, 10, Softmax>,
    }
}

fn main() {}
