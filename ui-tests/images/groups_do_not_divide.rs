// 1 error (parts | 3 | 8 | 16): groups that do not divide
use congruent::prelude::*;

network! {
    struct Photos: [8, 16, 16] -> [16, 14, 14] {
        parts: Conv2d<8, 16, 3, groups = 3>,
    }
}

fn main() {}
