// 1 error (units | zero): a constant says that there are no units
use congruent::prelude::*;

const UNITS: usize = 0;
network! {
    struct Sensor: [..32, 6] -> [UNITS] {
        read: Gru<6, UNITS, return = last>,
    }
}

fn main() {}
