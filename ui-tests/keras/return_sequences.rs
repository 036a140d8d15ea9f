// 2 errors (LSTM | Lstm<3, 32> | Lstm<32, 16, return = last>): two recurrent layers, the second of which gives its last step
use congruent::prelude::*;

network! {
    struct Sensor: [20, 3] -> [4] {
        first: LSTM<32, return_sequences = True>,
        second: LSTM<16>,
        output: Dense<16, 4, Softmax>,
    }
}

fn main() {}
