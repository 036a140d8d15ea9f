// 1 error (Gru | return_sequences): a setting that is called otherwise in Keras
use congruent::prelude::*;

network! {
    struct Sensor: [32, 6] -> [32, 64] {
        read: Gru<6, 64, return_sequences = true>,
    }
}

fn main() {}
