// 1 error ([128, 6] | [6, 128]): a signal with its channels last
use congruent::prelude::*;

network! {
    struct Sensor: [128, 6] -> [4] {
        waves: Conv1d<6, 8, 3, Relu>,
        flat: Flatten,
        output: Dense<_, 4, Softmax>,
    }
}

fn main() {}
