// 1 error (struct): an `enum` for a network
use congruent::prelude::*;

network! {
    enum Digits {
        Hidden(Dense<64, 10, Softmax>),
    }
}

fn main() {}
// by hand: a network has no variants
