// 1 error (read | [64] | [32, 64]): the network gives all steps, but the mapping says one
use congruent::prelude::*;

network! {
    struct Sensor: [32, 6] -> [64] {
        read: Gru<6, 64>,
    }
}

fn main() {}
