// 1 error (Gru<3, 32, return = last> | features): a recurrent layer without its features
use congruent::prelude::*;

network! {
    struct Sensor: [20, 3] -> [4] {
        read: Gru<32, return = last>,
        output: Dense<32, 4, Softmax>,
    }
}

fn main() {}
