// 1 error (output | encoder | [..32, 64]): a layer for vectors comes after a network that gives a sequence of any length
use congruent::prelude::*;

network! { struct Encoder: [..32, 6] -> [..32, 64] { read: Gru<6, 64> } }
network! {
    struct Sensor {
        encoder: Encoder,
        output: Dense<64, 4, Softmax>,
    }
}

fn main() {}
