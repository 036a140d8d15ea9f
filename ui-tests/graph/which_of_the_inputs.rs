// 1 error (seen | speed | trunk): nothing says which of the inputs a layer takes
use congruent::prelude::*;

network! {
    struct Player: (seen: [8], speed: [2]) -> [4] {
        trunk: Dense<8, 16, Relu>,
        joined: Concat(trunk, speed),
        policy: Dense<18, 4, Softmax>,
    }
}

fn main() {}
