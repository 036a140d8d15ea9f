// 1 error (first size | [..12, 8]): the features may be fewer
use congruent::prelude::*;

network! {
    struct Sensor: [32, ..6] -> [64] {
        read: Gru<6, 64, return = last>,
    }
}

fn main() {}
// by hand: how large the inputs are is not known
