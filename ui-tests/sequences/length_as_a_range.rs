// 1 error ([..32] | ..32): the length as a range of Rust
use congruent::prelude::*;

network! {
    struct Sensor: [..=32, 6] -> [64] {
        read: Gru<6, 64, return = last>,
    }
}

fn main() {}
