// 1 error (TimeDistributed): no layer for each step
use congruent::prelude::*;

network! {
    struct Tagger: [..40, 8] -> [..40, 9] {
        tags: TimeDistributed<>,
    }
}

fn main() {}
// by hand: what each step is to go through is not known
