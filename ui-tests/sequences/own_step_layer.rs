// 1 error (TimeDistributed): a layer that is none at each step
use congruent::prelude::*;

network! {
    struct Tagger: [..40, 8] -> [..40, 9] {
        tags: TimeDistributed<Dense<8, 9>, 5>,
    }
}

fn main() {}
// by hand: what each step is to go through is not known
