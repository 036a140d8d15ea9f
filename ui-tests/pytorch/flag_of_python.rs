// 1 error (bidirectional | True | Lstm<3, 32, bidirectional = true>): a flag of Python
use congruent::prelude::*;

network! {
    struct Sensor: [20, 3] -> [4] {
        read: Lstm<3, 32, bidirectional = True>,
        last: LastStep,
        output: Dense<64, 4, Softmax>,
    }
}

fn main() {}
