// 1 error (network!): something after the network
use congruent::prelude::*;

network! {
    struct Digits(Dense<64, 10, Softmax>);
    fn train() {}
}

fn main() {}
