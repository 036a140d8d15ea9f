// 1 error (names): names in the form without names
use congruent::prelude::*;

network! {
    struct Digits(hidden: Dense<64, 32, Relu>, Dense<32, 10, Softmax>);
}

fn main() {}
