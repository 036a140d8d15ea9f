// 1 error (output | read | [..32, 64]): a layer for vectors comes after a sequence of any length
use congruent::prelude::*;

network! {
    struct Sensor: [..32, 6] -> [4] {
        read: Gru<6, 64>,
        output: Dense<64, 4, Softmax>,
    }
}

fn main() {}
