// 1 error (value | policy): a layer makes what is no output
use congruent::prelude::*;

network! {
    struct Player: [8] -> (policy: [4]) {
        trunk: Dense<8, 16, Relu>,
        policy: Dense<16, 4, Softmax>(trunk),
        value: Dense<16, 1>(trunk),
    }
}

fn main() {}
