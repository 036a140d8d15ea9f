// 1 error (10): a second output takes what is right before it, for its source is left out
use congruent::prelude::*;

network! {
    struct Player: (seen: [8], speed: [2]) -> (policy: [4], value: [1]) {
        joined: Concat(seen, speed),
        policy: Dense<10, 4, Softmax>(joined),
        value: Dense<10, 1>,
    }
}

fn main() {}
