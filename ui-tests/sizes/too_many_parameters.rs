// 1 error (1,200,030,000 | 1,000,000,000): more parameters than a network can have
use congruent::prelude::*;

network! {
    struct Digits {
        output: Dense<40_000, 30_000>,
    }
}

fn main() {}
