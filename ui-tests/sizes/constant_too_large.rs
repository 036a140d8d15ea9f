// 1 error (325,000,000,000 | 1,000,000,000): a constant that makes more parameters than a network can have
use congruent::prelude::*;

const HUGE: usize = 5_000_000_000;
network! {
    struct Digits {
        output: Dense<64, HUGE>,
    }
}

fn main() {}
