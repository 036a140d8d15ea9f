// 1 error (norm | 3 | 8): the same with a constant
use congruent::prelude::*;

const GROUPS: usize = 3;

network! {
    struct Photos: [8, 16, 16] -> [8, 16, 16] {
        norm: GroupNorm<GROUPS>,
    }
}

fn main() {}
