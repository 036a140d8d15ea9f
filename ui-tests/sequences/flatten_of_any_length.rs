// 1 error (flat | read | [..32, 64]): a sequence of any length is to be a vector
use congruent::prelude::*;

network! {
    struct Sensor: [..32, 6] -> [4] {
        read: Gru<6, 64>,
        flat: Flatten,
        output: Dense<_, 4, Softmax>,
    }
}

fn main() {}
