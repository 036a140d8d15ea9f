// 1 error (network!): two networks in one `network!`
use congruent::prelude::*;

network! {
    struct Encoder(Dense<64, 10, Softmax>);
    struct Decoder(Dense<10, 64>);
}

fn main() {}
