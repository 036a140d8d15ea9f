// 1 error (policy): an output is named twice
use congruent::prelude::*;

network! {
    struct Player: [8] -> (policy: [4], policy: [4]) {
        trunk: Dense<8, 16, Relu>,
        policy: Dense<16, 4, Softmax>,
    }
}

fn main() {}
