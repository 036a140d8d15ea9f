// 1 error (steps | zero): a gradient that goes back over no step
use congruent::prelude::*;

network! {
    struct Sensor: [32, 6] -> [64] {
        read: Gru<6, 64, return = last, truncate = 0>,
    }
}

fn main() {}
