// 1 error (layers): a mapping, and no layers after it
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10];
}

fn main() {}
// by hand: which layers are meant is not known
