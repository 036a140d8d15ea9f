// 1 error (size | _): `_` in a mapping
use congruent::prelude::*;

network! {
    struct Digits: [_] -> [10] {
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
