// 1 error ([64] | [32] | seen | again): a layer is used again on another shape
use congruent::prelude::*;

network! {
    struct Twins: [64] -> [32] {
        seen: Dense<64, 32, Relu>,
        again: seen(seen),
    }
}

fn main() {}
