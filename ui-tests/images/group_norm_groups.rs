// 1 error (norm | 3 | 8): groups of a normalisation that do not divide the channels
use congruent::prelude::*;

network! {
    struct Photos: [8, 16, 16] -> [8, 16, 16] {
        norm: GroupNorm<3>,
    }
}

fn main() {}
