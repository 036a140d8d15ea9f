// 1 error (norm | [channels, height, width] | encoder | [64]): a network within that gives a vector, and a normalisation of images after it
use congruent::prelude::*;

network! { struct Encoder: [16] -> [64] { only: Dense<16, 64, Relu> } }

network! {
    struct Photos: [16] -> [8, 6, 6] {
        encoder: Encoder,
        norm: BatchNorm2d,
    }
}

fn main() {}
