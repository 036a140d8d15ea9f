// 1 error (Gelu | Rnn): an activation that an Rnn cannot have
use congruent::prelude::*;

network! {
    struct Sensor: [32, 6] -> [64] {
        read: Rnn<6, 64, Gelu, return = last>,
    }
}

fn main() {}
