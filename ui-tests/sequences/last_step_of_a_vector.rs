// 1 error (last | read | 64): the last step of what has no steps
use congruent::prelude::*;

network! {
    struct Sensor: [32, 6] -> [4] {
        read: Gru<6, 64, return = last>,
        last: LastStep,
        output: Dense<64, 4, Softmax>,
    }
}

fn main() {}
