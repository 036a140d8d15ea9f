// 1 error (valeu | value): the mapping names an output that no layer gives
use congruent::prelude::*;

network! {
    struct Player: [8] -> (policy: [4], valeu: [1]) {
        trunk: Dense<8, 16, Relu>,
        policy: Dense<16, 4, Softmax>(trunk),
        value: Dense<16, 1>(trunk),
    }
}

fn main() {}
