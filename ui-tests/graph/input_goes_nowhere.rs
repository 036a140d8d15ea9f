// 1 error (speed): nothing takes one of the inputs
use congruent::prelude::*;

network! {
    struct Player: (seen: [8], speed: [2]) -> [4] {
        trunk: Dense<8, 16, Relu>(seen),
        policy: Dense<16, 4, Softmax>,
    }
}

fn main() {}
