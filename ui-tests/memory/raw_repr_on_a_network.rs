// 1 error (repr): an alignment of a network, by a raw name
use congruent::prelude::*;

network! {
    #[r#repr(align(64))]
    struct Digits: [64] -> [10] { only: Dense<64, 10> }
}

fn main() {}
