// 2 errors (same): a word in single quotes, which are a character's in Rust
use congruent::prelude::*;

network! {
    struct Photos: [1, 28, 28] -> [8, 28, 28] {
        conv: Conv2d<1, 8, 3, Relu, padding = 'same'>,
    }
}

fn main() {}
