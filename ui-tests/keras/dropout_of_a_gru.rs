// 1 error (Gru | dropout | Dropout<0.2> | Gru<8, 32>): a dropout rate as a setting
use congruent::prelude::*;

network! {
    struct Sensor: [20, 8] -> [10] {
        read: Gru<8, 32, dropout = 0.2>,
        last: LastStep,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
