// 1 error (outputs | Dense<10, 3>): a layer where a size belongs
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        output: Dense<64, Dense<10, 3>>,
    }
}

fn main() {}
