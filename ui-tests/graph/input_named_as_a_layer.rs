// 1 error (seen): a layer has the name of an input
use congruent::prelude::*;

network! {
    struct Player: (seen: [8], speed: [2]) -> [4] {
        seen: Concat(seen, speed),
        policy: Dense<10, 4, Softmax>,
    }
}

fn main() {}
