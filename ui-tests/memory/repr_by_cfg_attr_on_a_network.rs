// 1 error (attribute): an alignment of a network, under a condition
use congruent::prelude::*;

network! {
    #[cfg_attr(all(), repr(align(64)))]
    struct Digits: [64] -> [10] { only: Dense<64, 10> }
}

fn main() {}
