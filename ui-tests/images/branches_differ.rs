// 1 error (both | [4, 12, 12] | [4, 14, 14]): branches that differ in height
use congruent::prelude::*;

network! {
    struct Photos: [8, 14, 14] -> [8, 14, 14] {
        both: Concat<Conv2d<8, 4, 1>, Conv2d<8, 4, 3>>,
    }
}

fn main() {}
