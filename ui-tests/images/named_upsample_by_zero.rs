// 1 error (factor | zero): an image enlarged by a constant of zero
use congruent::prelude::*;

const TIMES: usize = 0;

network! {
    struct Photos: [8, 4, 4] -> [8, 8, 8] {
        larger: Upsample2d<TIMES>,
    }
}

fn main() {}
