// 1 error (TransformerDecoderLayer): a layer that there is none of
use congruent::prelude::*;

network! {
    struct Sensor: [20, 16] -> [10] {
        decode: TransformerDecoderLayer<16, 4, 32>,
        mean: MeanOverTime,
        output: Dense<16, 10, Softmax>,
    }
}

fn main() {}
