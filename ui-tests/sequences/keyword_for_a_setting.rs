// 1 error (return | last | all | final): a keyword of Rust as the value of a setting
use congruent::prelude::*;

network! {
    struct Sensor: [32, 6] -> [64] {
        read: Gru<6, 64, return = final>,
    }
}

fn main() {}
