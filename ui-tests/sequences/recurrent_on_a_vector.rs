// 1 error (read | [20]): a recurrent layer for an input that has no steps
use congruent::prelude::*;

network! {
    struct Sensor: [20] -> [10] {
        read: Gru<6, 8, return = last>,
        output: Dense<8, 10>,
    }
}

fn main() {}
