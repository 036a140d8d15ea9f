// 1 error (state): a layer takes what it gives itself
use congruent::prelude::*;

network! {
    struct Counter: [8] -> [8] {
        hidden: Dense<8, 8, Tanh>,
        state: Add(hidden, state),
    }
}

fn main() {}
