// 1 error (act | 4 | 8): slopes for another number of channels
use congruent::prelude::*;

network! {
    struct Photos: [3, 16, 16] -> [8, 14, 14] {
        strokes: Conv2d<3, 8, 3>,
        act: Prelu<4>,
    }
}

fn main() {}
