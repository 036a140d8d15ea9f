// 1 error (mean | 64): the mean over the time of what has no steps
use congruent::prelude::*;

network! {
    struct Sensor: [64] -> [4] {
        mean: MeanOverTime,
        output: Dense<64, 4, Softmax>,
    }
}

fn main() {}
