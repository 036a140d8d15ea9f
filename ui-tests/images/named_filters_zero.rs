// 1 error (filters | zero): a number of filters that is a constant of zero
use congruent::prelude::*;

const FILTERS: usize = 0;

network! {
    struct Photos: [3, 16, 16] -> [FILTERS, 14, 14] {
        strokes: Conv2d<3, FILTERS, 3>,
    }
}

fn main() {}
