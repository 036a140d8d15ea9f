// 1 error: no layer for each step
use congruent::prelude::*;

network! {
    struct Tagger: [..40, 8] -> [..40, 9] {
        tags: TimeDistributed<>,
    }
}

fn main() {}
