// 1 error (each | 64): a layer at each step of what has no steps
use congruent::prelude::*;

network! {
    struct Sensor: [64] -> [4] {
        each: TimeDistributed<Dense<64, 4>>,
    }
}

fn main() {}
