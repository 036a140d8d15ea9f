// 1 error ([..12]): the length is left out
use congruent::prelude::*;

network! {
    struct Sensor: [.., 6] -> [64] {
        read: Gru<6, 64, return = last>,
    }
}

fn main() {}
// by hand: how large the inputs are is not known
