// 1 error (head | encoder | 20 | 16): a network in a network does not fit, and a constant says so
use congruent::prelude::*;

const WIDE: usize = 20;
network! { struct Encoder(Dense<64, 16, Tanh>); }
network! {
    struct Digits: [64] -> [10] {
        encoder: Encoder,
        head: Dense<WIDE, 10, Softmax>,
    }
}

fn main() {}
