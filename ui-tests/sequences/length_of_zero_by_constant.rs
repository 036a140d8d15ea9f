// 1 error (most steps | zero): a constant says that there are no steps
use congruent::prelude::*;

const STEPS: usize = 0;
network! {
    struct Sensor: [..STEPS, 6] -> [64] {
        read: Gru<6, 64, return = last>,
    }
}

fn main() {}
