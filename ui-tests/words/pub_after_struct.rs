// 1 error (pub | pub struct): `pub` behind `struct`
use congruent::prelude::*;

network! {
    struct pub Digits {
        hidden: Dense<64, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
