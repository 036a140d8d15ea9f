// 1 error (Digits | 2,856 | 1,000 | 2,600 | Scale<64>): a budget is exceeded by a network with a layer of one's own
use congruent::prelude::*;
#[path = "../support/scale.rs"]
mod scale;
use scale::Scale;

network! {
    #[budget(flash = 1_000)]
    struct Digits {
        scale: Scale<64>,
        output: Dense<64, 10, Softmax>,
    }
}

fn main() {}
