// 1 error (head | encoder | 32 | 16): a list of layers in a network does not fit
use congruent::prelude::*;

type Encoder = network![Dense<64, 16, Tanh>];
network! {
    struct Digits: [64] -> [10] {
        encoder: Encoder,
        head: Dense<32, 10, Softmax>,
    }
}

fn main() {}
