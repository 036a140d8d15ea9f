// 1 error (smaller | 2 | 11): a pool that leaves a row over
use congruent::prelude::*;

network! {
    struct Photos: [16, 11, 11] -> [16, 5, 5] {
        smaller: MaxPool2d<2>,
    }
}

fn main() {}
