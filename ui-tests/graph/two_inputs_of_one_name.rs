// 1 error (seen): two inputs have one name
use congruent::prelude::*;

network! {
    struct Player: (seen: [8], seen: [2]) -> [4] {
        policy: Dense<8, 4, Softmax>(seen),
    }
}

fn main() {}
