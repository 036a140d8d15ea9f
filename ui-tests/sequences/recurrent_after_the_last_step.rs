// 1 error (second | first | [64]): a recurrent layer comes after one that gives its last step only
use congruent::prelude::*;

network! {
    struct Sensor: [32, 6] -> [64] {
        first: Gru<6, 64, return = last>,
        second: Gru<64, 64, return = last>,
    }
}

fn main() {}
