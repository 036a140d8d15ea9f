// 1 error: no layers
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {}
}

fn main() {}
