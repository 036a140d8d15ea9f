// 1 error (Dense | in | Dense<64, 10>): arguments with names
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        output: Dense<in = 64, out = 10>,
    }
}

fn main() {}
