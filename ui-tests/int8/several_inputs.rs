// 1 error (int8 | one input): a network of several inputs
use congruent::prelude::*;

network! {
    #[int8]
    struct Player: (seen: [8], speed: [2]) -> [4] {
        both: Concat(seen, speed),
        output: Dense<10, 4>,
    }
}

fn main() {}
