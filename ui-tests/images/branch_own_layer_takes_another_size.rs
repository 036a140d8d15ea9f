// 1 error (Scale<60> | 60 | 64): a branch that begins with a layer of one's own of another size
use congruent::prelude::*;
#[path = "../support/scale.rs"]
mod scale;
use scale::Scale;

network! {
    struct Digits: [64] -> [10] {
        side: Concat<Reshape<[1, 8, 8]>, [Scale<60>, Dense<60, 64>, Reshape<[1, 8, 8]>]>,
        flat: Flatten,
        output: Dense<_, 10, Softmax>,
    }
}

fn main() {}
