// 1 error (_ | hidden): `_` as a name
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {
        _: Dense<64, 10, Softmax>,
    }
}

fn main() {}
