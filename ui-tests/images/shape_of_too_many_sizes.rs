// 1 error (6 sizes): a shape of more sizes than there can be
use congruent::prelude::*;

network! {
    struct Photos: [2, 2, 2, 2, 2, 2, 2] -> [128] {
        flat: Flatten,
    }
}

fn main() {}
