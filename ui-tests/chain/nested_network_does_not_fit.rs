// 1 error (head | encoder | 32 | 16): a network in a network does not fit
use congruent::prelude::*;

network! {
    struct Encoder(Dense<64, 16, Tanh>);
}
network! {
    struct Digits: [64] -> [10] {
        encoder: Encoder,
        head: Dense<32, 10, Softmax>,
    }
}

fn main() {}
