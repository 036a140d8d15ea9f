// 1 error (LSTM | Lstm<3, 32>): `LSTM`, and `batch_first`
use congruent::prelude::*;

network! {
    struct Sensor: [20, 3] -> [4] {
        read: LSTM<3, 32, batch_first = true>,
        last: LastStep,
        output: Dense<32, 4, Softmax>,
    }
}

fn main() {}
