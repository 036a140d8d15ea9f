// 1 error (read): a recurrent layer comes first, and nothing says how long a sequence is
use congruent::prelude::*;

network! {
    struct Sensor {
        read: Lstm<6, 32, return = last>,
        output: Dense<32, 4, Softmax>,
    }
}

fn main() {}
