// 1 error (digit | flat | 6272 | 5408): a flattened size that differs
use congruent::prelude::*;

network! {
    struct Photos: [1, 28, 28] -> [10] {
        strokes: Conv2d<1, 8, 3>,
        flat: Flatten,
        digit: Dense<6272, 10, Softmax>,
    }
}

fn main() {}
