// 1 error (norm | [1, 8, 8] | [1, 8, 4]): a `LayerNorm` states another size than the mapping has
use congruent::prelude::*;

network! {
    struct Digits: [1, 8, 8] -> [64] {
        norm: LayerNorm<4>,
        flat: Flatten,
    }
}

fn main() {}
// by hand: another layer or the mapping has to follow, which is a decision
