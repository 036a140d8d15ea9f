// 1 error (int8): a network that is no chain
use congruent::prelude::*;

network! {
    #[int8]
    struct Skips: [8] -> [8] {
        hidden: Dense<8, 8, Relu>,
        output: Add(hidden, input),
    }
}

fn main() {}
