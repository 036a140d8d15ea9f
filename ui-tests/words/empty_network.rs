// 1 error (at least one layer): no layers
use congruent::prelude::*;

network! {
    struct Digits: [64] -> [10] {}
}

fn main() {}
// by hand: what the network is to do is not known
