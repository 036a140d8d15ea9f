// 1 error (LSTM | Lstm<8, 16> | num_layers): a setting that no layer has here, beside a foreign name
use congruent::prelude::*;

network! {
    struct Sensor: [20, 8] -> [2] {
        read: LSTM<input_size = 8, hidden_size = 16, num_layers = 2>,
        last: LastStep,
        output: Dense<16, 2, Softmax>,
    }
}

fn main() {}
