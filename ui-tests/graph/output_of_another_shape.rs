// 1 error ([4] | [3] | policy): an output has another shape than the mapping says
use congruent::prelude::*;

network! {
    struct Player: [8] -> (policy: [4], value: [1]) {
        trunk: Dense<8, 16, Relu>,
        policy: Dense<16, 3, Softmax>(trunk),
        value: Dense<16, 1>(trunk),
    }
}

fn main() {}
