// 1 error (state | next): two layers take what the other gives
use congruent::prelude::*;

network! {
    struct Counter: [8] -> [8] {
        state: Add(input, next),
        next: Dense<8, 8, Tanh>(state),
    }
}

fn main() {}
