// 1 error (hidden): `_` as the first size, and nothing says what comes in
use congruent::prelude::*;

network! {
    struct Digits {
        hidden: Dense<_, 32, Relu>,
        output: Dense<32, 10, Softmax>,
    }
}

fn main() {}
