// 1 error (parts | 3 | 8 | 16): named groups that do not divide
use congruent::prelude::*;

const GROUPS: usize = 3;

network! {
    struct Photos: [8, 16, 16] -> [16, 14, 14] {
        parts: Conv2d<8, 16, 3, groups = GROUPS>,
    }
}

fn main() {}
