// 1 error (name): one of the inputs has no name
use congruent::prelude::*;

network! {
    struct Player: (seen: [8], [2]) -> (policy: [4], value: [1]) {
        policy: Dense<8, 4, Softmax>(seen),
        value: Dense<8, 1>(seen),
    }
}

fn main() {}
// by hand: the name and the shape are not known
