// 1 error (return | return = last): `return` without what to return
use congruent::prelude::*;

network! {
    struct Sensor: [32, 6] -> [64] {
        read: Gru<6, 64, return>,
    }
}

fn main() {}
