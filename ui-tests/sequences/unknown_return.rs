// 1 error (return | last | all | first): a recurrent layer is to give what it cannot
use congruent::prelude::*;

network! {
    struct Sensor: [32, 6] -> [64] {
        read: Gru<6, 64, return = first>,
    }
}

fn main() {}
