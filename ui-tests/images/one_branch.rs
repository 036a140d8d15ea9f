// 1 error (Concat): a single branch
use congruent::prelude::*;

network! {
    struct Photos: [8, 14, 14] -> [4, 14, 14] {
        both: Concat<Conv2d<8, 4, 1>>,
    }
}

fn main() {}
// by hand: the other branch is not known
