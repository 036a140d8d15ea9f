// 1 error ([4] | [3] | policy): an output has another shape than the mapping says, by a constant
use congruent::prelude::*;

const MOVES: usize = 3;

network! {
    struct Player: [8] -> (policy: [4], value: [1]) {
        trunk: Dense<8, 16, Relu>,
        policy: Dense<16, MOVES, Softmax>(trunk),
        value: Dense<16, 1>(trunk),
    }
}

fn main() {}
