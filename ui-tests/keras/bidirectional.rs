// 1 error (bidirectional | Lstm<3, 32, bidirectional = true>): `Bidirectional` around a layer
use congruent::prelude::*;

network! {
    struct Sensor: [20, 3] -> [4] {
        read: Bidirectional<Lstm<3, 32>>,
        last: LastStep,
        output: Dense<64, 4, Softmax>,
    }
}

fn main() {}
